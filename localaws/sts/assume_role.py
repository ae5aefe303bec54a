"""STS: AssumeRole and GetCallerIdentity.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.iam.documents import MalformedPolicy, read_policy_text
from localaws.iam.permissions import trusts
from localaws.iam.policy import Question
from localaws.iam.sessions import Session, draw_access_key_id
from localaws.sts.tags import read_tags, read_transitive_keys
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.iam.principals import Role

DEFAULT_DURATION = 3600
LONGEST_CHAINED = 3600
LONGEST_POLICY = 2048
# AWS does not publish how much a packed policy and packed tags may take.
PACKED_BYTES = 2048


def assume_role(call: Call) -> Members:
    tags = read_tags(call)
    transitive_keys = read_transitive_keys(call, tags)
    role = find_trusting_role(call, tags, transitive_keys)
    duration = read_duration(call, role)
    packed_size = read_packed_size(call, tags)
    session = Session(
        access_key_id=draw_access_key_id(),
        role_arn=role.arn,
        name=call["RoleSessionName"],
        tags=tags,
        transitive_keys=transitive_keys,
        source_identity=read_source_identity(call),
        policy=call.get("Policy"),
        issued_at=call.now,
        expires_at=int(call.now) + duration,
    )
    return {
        **describe_session(call, session),
        "PackedPolicySize": packed_size,
        "SourceIdentity": session.source_identity,
    }


def describe_session(call: Call, session: Session) -> Members:
    credentials = call.world.seal.issue(session)
    assumed = call.world.iam.find_assumed(session)
    if assumed is None:
        raise deny(call, "sts:AssumeRole")
    return {
        "Credentials": {
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key,
            "SessionToken": credentials.session_token,
            "Expiration": credentials.expires_at,
        },
        "AssumedRoleUser": {"AssumedRoleId": assumed.user_id, "Arn": assumed.arn},
    }


def find_trusting_role(call: Call, tags: dict[str, str], transitive_keys: tuple[str, ...]) -> Role:
    """A role that does not exist is refused like one that does not trust the caller."""
    role = call.world.iam.roles.get(call["RoleArn"])
    context = {**call.conditions, **describe_wish(call, transitive_keys)}
    for action in actions_needed(call, tags):
        if role is None or not trusts(role, call.principal, Question(action, role.arn, context)):
            raise deny(call, action)
    if role is None:
        raise deny(call, "sts:AssumeRole")
    return role


def actions_needed(call: Call, tags: dict[str, str]) -> list[str]:
    actions = ["sts:AssumeRole"]
    if tags:
        actions.append("sts:TagSession")
    if call.get("SourceIdentity"):
        actions.append("sts:SetSourceIdentity")
    return actions


def describe_wish(call: Call, transitive_keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    keys = {
        "sts:externalid": call.get("ExternalId"),
        "sts:rolesessionname": call["RoleSessionName"],
        "sts:sourceidentity": call.get("SourceIdentity"),
    }
    given = {key: (value,) for key, value in keys.items() if value is not None}
    transitive = {"sts:transitivetagkeys": transitive_keys} if transitive_keys else {}
    return {**given, **transitive}


def deny(call: Call, action: str) -> AWSError:
    sentence = f"User: {call.principal.arn} is not authorized to perform: {action} on resource: {call['RoleArn']}"
    return AWSError("AccessDenied", sentence)


def read_duration(call: Call, role: Role) -> int:
    """Seconds."""
    duration = int(call.get("DurationSeconds", min(DEFAULT_DURATION, role.max_session)))
    if duration > role.max_session:
        raise invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    if call.principal.session and duration > LONGEST_CHAINED:
        raise invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
        )
    return duration


def read_packed_size(call: Call, tags: dict[str, str]) -> int | None:
    """Policies and tags are packed together; the size is in per cent. Raises AWSError over 100."""
    if call.get("PolicyArns"):
        raise invalid("PolicyArns are not served here: localaws has no managed policies.")
    refuse_malformed_policy(call)
    if not tags and "Policy" not in call.members:
        return None
    packed = zlib.compress(json.dumps([call.get("Policy"), tags]).encode(), 9)
    percent = max(1, len(packed) * 100 // PACKED_BYTES)
    if percent > 100:  # noqa: PLR2004 - per cent
        raise AWSError(
            "PackedPolicyTooLarge", f"Packed size of session tags or policy consumes {percent}% of allotted space."
        )
    return percent


def refuse_malformed_policy(call: Call) -> None:
    policy = call.get("Policy", '{"Statement": []}')
    if len(policy) > LONGEST_POLICY:
        raise invalid(f"A session policy can't have more than {LONGEST_POLICY} characters.")
    try:
        read_policy_text(policy)
    except MalformedPolicy as malformed:
        raise AWSError("MalformedPolicyDocument", str(malformed)) from malformed


def read_source_identity(call: Call) -> str | None:
    """Once set it stays, whatever roles follow."""
    given: str | None = call.get("SourceIdentity")
    session = call.principal.session
    if given and given.startswith("aws:"):
        raise invalid("The SourceIdentity can't begin with aws:.")
    if session and session.source_identity and given not in (None, session.source_identity):
        raise deny(call, "sts:SetSourceIdentity")
    return session.source_identity if session and session.source_identity else given


def invalid(message: str) -> AWSError:
    return AWSError("ValidationError", message)


def get_caller_identity(call: Call) -> Members:
    """Needs no permission, and no policy can deny it."""
    principal = call.principal
    return {"UserId": principal.user_id, "Account": principal.account, "Arn": principal.arn}


# STS asks the trust policy of the role, which is part of the work; no resource is left for IAM to judge before it.
SERVED = {
    "AssumeRole": Service((), assume_role),
    "GetCallerIdentity": Service((), get_caller_identity),
}
