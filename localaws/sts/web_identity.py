"""STS: AssumeRoleWithWebIdentity, and sessions for whoever has proved to be somebody elsewhere.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.sts.issue import issue, refuse_unserved, trust_proof
from localaws.sts.packing import read_policy_arns
from localaws.sts.tokens import verify_token
from localaws.sts.wish import Wish
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.sts.claims import Claims


async def assume_role_with_web_identity(call: Call) -> Members:
    refuse_unserved(call)
    account = account_of(call["RoleArn"])
    claims = await verify_token(call.world, call["WebIdentityToken"], account, call.now)
    answer = assume_with_claims(
        call,
        call["RoleArn"],
        call["RoleSessionName"],
        claims,
        duration=call.get("DurationSeconds"),
        policy=call.get("Policy"),
        policy_arns=read_policy_arns(call),
    )
    return {
        **answer,
        "SubjectFromWebIdentityToken": claims.subject,
        "Provider": claims.provider,
        "Audience": claims.audience,
    }


def assume_with_claims(
    call: Call,
    role_arn: str,
    name: str,
    claims: Claims,
    *,
    duration: int | None = None,
    policy: str | None = None,
    policy_arns: tuple[str, ...] = (),
) -> Members:
    """Credentials, AssumedRoleUser, PackedPolicySize and SourceIdentity of a session for verified claims.

    The tags of the claims become those of the session. Raises AWSError, in the words of STS: AccessDenied when the
    trust policy of the role does not want them. `duration` in seconds.
    """
    wish = Wish(
        action="sts:AssumeRoleWithWebIdentity",
        role_arn=role_arn,
        name=name,
        duration=duration,
        tags=claims.tags,
        given_tags=claims.tags,
        transitive_keys=claims.transitive_keys,
        source_identity=claims.source_identity,
        policy=policy,
        policy_arns=policy_arns,
        proof=claims.describe(),
        federation=claims.describe_staying(),
    )
    return issue(call, trust_proof(call, wish, claims.provider), wish)


def account_of(role_arn: str) -> str:
    """A provider is good for the roles of its own account."""
    parts = role_arn.split(":")
    if len(parts) < 6 or parts[:3] != ["arn", "aws", "iam"]:  # noqa: PLR2004 - an ARN has six parts
        raise AWSError("ValidationError", f"{role_arn[:256]} is invalid")
    return parts[4]


SERVED = {"AssumeRoleWithWebIdentity": Service((), assume_role_with_web_identity)}
