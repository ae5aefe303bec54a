"""For whom calls are counted together. None where a call concerns nobody of the kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.chime.arns import CHANNEL_ARN

if TYPE_CHECKING:
    from localaws.call import Call


def account(call: Call) -> str:
    """Those whom nobody signed for are counted as one."""
    return call.principal.account


def app_instance(call: Call) -> str:
    """The one that is named, or that of what is named. Who creates one names none; then it is the account."""
    for member in ("AppInstanceArn", "AppInstanceUserArn", "ChannelArn"):
        if member in call.members:
            return "/".join(call[member].split("/")[:2])
    return account(call)


def user(call: Call) -> str | None:
    return str(call["AppInstanceUserArn"]) if "AppInstanceUserArn" in call.members else bearer(call)


def bearer(call: Call) -> str | None:
    return str(call["ChimeBearer"]) if "ChimeBearer" in call.members else None


def channel(call: Call) -> str:
    return str(call["ChannelArn"])


def is_elastic(call: Call) -> bool:
    arn = call["ChannelArn"]
    match = CHANNEL_ARN.fullmatch(arn)
    found = call.store.app_instances.get(match[1]) if match else None
    named = found.channels.get(arn) if found else None
    return named is not None and named.elastic is not None
