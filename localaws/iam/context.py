"""The condition keys of a request, in lower case: who calls, how, and with which tags.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.iam.globs import Context
    from localaws.iam.principals import Principal
    from localaws.wire.request import Request


def describe_principal(principal: Principal) -> dict[str, tuple[str, ...]]:
    """Of nobody there is nothing to say."""
    if not principal.account:
        return {}
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
    return {key: (value,) for key, value in keys.items()} | dict(session.federation if session else {})


def describe_request(request: Request, region: str, now: datetime) -> dict[str, tuple[str, ...]]:
    return {
        "aws:currenttime": (write_time(now.timestamp()),),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:requestedregion": (region,),
        "aws:securetransport": (str(request.secure).lower(),),
        "aws:sourceip": (request.client_ip,),
        "aws:useragent": (request.header("user-agent") or "",),
    }


def describe_tags(tags: Mapping[str, str], keys: tuple[str, ...]) -> Context:
    """The tags that a request brings along or takes away; without any there are no such keys."""
    values = {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}
    return {**values, "aws:tagkeys": keys} if keys else {}


def describe_resource(tags: Mapping[str, str]) -> Context:
    return {f"aws:resourcetag/{key.lower()}": (value,) for key, value in tags.items()}


def write_time(seconds: float) -> str:
    return write_second(int(seconds))


@lru_cache(maxsize=4096)
def write_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
