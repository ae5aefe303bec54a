from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localaws.iam.policy import Policy, Question, Verdict, judge, judge_statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.iam.principals import Principal, Role
    from localaws.wire.request import Request


def describe_principal(principal: Principal) -> dict[str, tuple[str, ...]]:
    """The condition keys that come with who is calling."""
    keys = {
        "aws:principalarn": principal.arn,
        "aws:principalaccount": principal.account,
        "aws:principaltype": principal.kind,
        "aws:userid": principal.user_id,
    }
    session = principal.session
    if session:
        keys["aws:principalarn"] = session.role_arn
        keys["aws:tokenissuetime"] = write_time(session.issued_at)
    else:
        keys["aws:username"] = principal.name
    if session and session.source_identity:
        keys["aws:sourceidentity"] = session.source_identity
    keys |= {f"aws:principaltag/{key.lower()}": value for key, value in principal.tags.items()}
    return {key: (value,) for key, value in keys.items()}


def describe_request(request: Request, region: str, now: datetime) -> dict[str, tuple[str, ...]]:
    """The condition keys that come with how it is called."""
    return {
        "aws:currenttime": (write_time(now.timestamp()),),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:requestedregion": (region,),
        "aws:securetransport": (str(request.secure).lower(),),
        "aws:sourceip": (request.client_ip,),
        "aws:useragent": (request.header("user-agent") or "",),
    }


def describe_tags(tags: Mapping[str, str], keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The condition keys of tags that a request brings along or takes away; without any there are none."""
    values = {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}
    return {**values, "aws:tagkeys": keys} if keys else {}


def describe_resource(tags: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {f"aws:resourcetag/{key.lower()}": (value,) for key, value in tags.items()}


def write_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def find_denial(principal: Principal, question: Question) -> str | None:
    """Why the principal may not, in the words of AWS; None when it may. A session policy can only take away."""
    sentence = f"User: {principal.arn} is not authorized to perform: {question.action} on resource: {question.resource}"
    for kind, policies in policies_by_kind(principal):
        verdict = judge(policies, question)
        if verdict is Verdict.DENY:
            return f"{sentence} with an explicit deny in {'an' if kind[0] == 'i' else 'a'} {kind} policy"
        if verdict is Verdict.SILENCE:
            return f"{sentence} because no {kind} policy allows the {question.action} action"
    return None


def policies_by_kind(principal: Principal) -> list[tuple[str, tuple[Policy, ...]]]:
    session = [("session", (principal.session_policy,))] if principal.session_policy else []
    return [("identity-based", principal.policies), *session]


def trusts(role: Role, principal: Principal, question: Question) -> bool:
    """Whether the trust policy, with the caller's own policies where it needs them, lets the caller do it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    by_name = [statement for statement in role.trust.statements if names(statement.principals, principal)]
    by_account = [statement for statement in role.trust.statements if names_account(statement.principals, principal)]
    verdict = judge_statements([*by_name, *by_account], question)
    if verdict is not Verdict.ALLOW:
        return False
    named = judge_statements(by_name, question) is Verdict.ALLOW
    if named and principal.account == role.account:
        return all(judge(policies, question) is not Verdict.DENY for _, policies in policies_by_kind(principal))
    # A trust policy that names only the account, or another account's principal, leaves the choice to that account.
    return find_denial(principal, question) is None


def names(principals: tuple[str, ...], principal: Principal) -> bool:
    return "AWS:*" in principals or any(f"AWS:{arn}" in principals for arn in principal.known_as)


def names_account(principals: tuple[str, ...], principal: Principal) -> bool:
    root = f"arn:aws:iam::{principal.account}:root"
    return f"AWS:{principal.account}" in principals or f"AWS:{root}" in principals
