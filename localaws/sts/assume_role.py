"""STS: AssumeRole and GetCallerIdentity.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.iam.permissions import rule_on_trust
from localaws.iam.policy import Question
from localaws.sts.issue import invalid, issue, refuse_unserved
from localaws.sts.packing import read_policy_arns
from localaws.sts.tags import read_tags, read_transitive_keys
from localaws.sts.wish import Wish
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.iam.rows import Role

LONGEST_CHAINED = 3600
TOO_LONG_CHAINED = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."


def assume_role(call: Call) -> Members:
    refuse_unserved(call)
    wish = read_wish(call)
    role = find_trusting_role(call, wish)
    return issue(call, role, wish)


def read_wish(call: Call) -> Wish:
    tags = read_tags(call)
    return Wish(
        action="sts:AssumeRole",
        role_arn=call["RoleArn"],
        name=call["RoleSessionName"],
        duration=call.get("DurationSeconds"),
        limit=(LONGEST_CHAINED, TOO_LONG_CHAINED) if call.principal.session else None,
        tags=tags,
        given_tags={tag["Key"]: tag["Value"] for tag in call.get("Tags", [])},
        transitive_keys=read_transitive_keys(call, tags),
        external_id=call.get("ExternalId"),
        policy=call.get("Policy"),
        policy_arns=read_policy_arns(call),
        source_identity=read_source_identity(call),
        proof=read_second_factor(call),
    )


def find_trusting_role(call: Call, wish: Wish) -> Role:
    """A role that does not exist is refused like one that does not trust the caller."""
    role = call.world.iam.find_role(wish.role_arn)
    if role is None:
        raise deny(call, wish.action)
    context = wish.describe(call, role)
    for action in wish.actions:
        ruling = rule_on_trust(role, call.principal, Question(action, role.arn, context))
        call.decided_by.extend(ruling.decided_by)
        if ruling.denial:
            raise deny(call, action)
    return role


def deny(call: Call, action: str) -> AWSError:
    sentence = f"User: {call.principal.arn} is not authorized to perform: {action} on resource: {call['RoleArn']}"
    return AWSError("AccessDenied", sentence)


def read_source_identity(call: Call) -> str | None:
    """Once set it stays, whatever roles follow."""
    given: str | None = call.get("SourceIdentity")
    session = call.principal.session
    if given and given.startswith("aws:"):
        raise invalid("The SourceIdentity can't begin with aws:.")
    if session and session.source_identity and given not in (None, session.source_identity):
        raise deny(call, "sts:SetSourceIdentity")
    return session.source_identity if session and session.source_identity else given


def read_second_factor(call: Call) -> dict[str, tuple[str, ...]]:
    """Any six digits will do, as nobody has a device here; but it must be a device of the caller's account."""
    serial, code = call.get("SerialNumber"), call.get("TokenCode")
    if serial is None and code is None:
        return {}
    if serial is None or code is None:
        reason = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
        raise AWSError("AccessDenied", reason)
    if not serial.startswith(f"arn:aws:iam::{call.principal.account}:mfa/"):
        raise AWSError("AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.")
    return {"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("0",)}


def get_caller_identity(call: Call) -> Members:
    """Needs no permission, and no policy can deny it."""
    principal = call.principal
    return {"UserId": principal.user_id, "Account": principal.account, "Arn": principal.arn}


# STS asks the trust policy of the role, which is part of the work; no resource is left for IAM to judge before it.
SERVED = {
    "AssumeRole": Service((), assume_role),
    "GetCallerIdentity": Service((), get_caller_identity),
}
