"""From a wish to credentials, once the trust policy has said yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.iam.permissions import judge_trust
from localaws.iam.policy import Question, Verdict
from localaws.iam.sessions import Session, draw_access_key_id
from localaws.sts.packing import read_packed_size
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.iam.rows import Role
    from localaws.sts.wish import Wish

DEFAULT_DURATION = 3600
NOT_SERVED = ("MinimumSessionTokenSize", "ProvidedContexts", "ProviderId")


def trust_proof(call: Call, wish: Wish, provider: str) -> Role:
    """The role that trusts somebody because of an identity provider. Raises AWSError.

    A role that does not exist is refused like one that does not trust.
    """
    role = call.world.iam.find_role(wish.role_arn)
    for action in wish.actions:
        if role is None:
            raise AWSError("AccessDenied", f"Not authorized to perform {action}")
        decision = judge_trust(role, (f"Federated:{provider}",), Question(action, role.arn, wish.describe(call, role)))
        call.decided_by.extend([decision.by] if decision.by else [])
        if decision.verdict is not Verdict.ALLOW:
            raise AWSError("AccessDenied", f"Not authorized to perform {action}")
    assert role is not None  # noqa: S101 - there is always an action
    return role


def issue(call: Call, role: Role, wish: Wish) -> Members:
    """The members that all ways to a role have in common."""
    end = int(call.now) + read_duration(wish, role)
    packed_size = read_packed_size(call, role, wish)
    session = Session(
        access_key_id=draw_access_key_id(),
        role_arn=role.arn,
        role_id=role.id,
        name=wish.name,
        tags=wish.tags,
        transitive_keys=wish.transitive_keys,
        source_identity=wish.source_identity,
        policy=wish.policy,
        policy_arns=wish.policy_arns,
        issued_at=call.now,
        expires_at=end if wish.latest_end is None else min(end, int(wish.latest_end)),
        federation=wish.federation,
    )
    credentials = call.world.seal.issue(session)
    return {
        "Credentials": {
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key,
            "SessionToken": credentials.session_token,
            "Expiration": credentials.expires_at,
        },
        "AssumedRoleUser": {
            "AssumedRoleId": f"{role.id}:{wish.name}",
            "Arn": f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{wish.name}",
        },
        "PackedPolicySize": packed_size,
        "SourceIdentity": wish.source_identity,
    }


def read_duration(wish: Wish, role: Role) -> int:
    duration = min(DEFAULT_DURATION, role.max_session) if wish.duration is None else wish.duration
    if duration > role.max_session:
        raise invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    if wish.limit and duration > wish.limit[0]:
        raise invalid(wish.limit[1])
    return duration


def refuse_unserved(call: Call) -> None:
    for member in NOT_SERVED:
        if member in call.members:
            raise AWSError("NotServedHere", f"The member {member} of {call.operation.name} is not served here.")


def invalid(message: str) -> AWSError:
    return AWSError("ValidationError", message)
