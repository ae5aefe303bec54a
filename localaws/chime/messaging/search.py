"""Chime SDK messaging: channels are found by their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.call import Service
from localaws.chime.arns import USER_ARN, the_bearer
from localaws.chime.lookup import find_app_instance_of_bearer, find_bearer
from localaws.chime.messaging.descriptions import summarise_channel
from localaws.state.paging import page
from localaws.wire.errors import bad_request

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.rows import Channel


def search_channels(call: Call) -> Members:
    """Every field must match. One searches the channels one belongs to, and an admin all of the app instance."""
    app_instance = find_app_instance_of_bearer(call)
    bearer = find_bearer(call, app_instance).arn
    fields = call["Fields"]
    refuse_strangers(fields, app_instance.arn)
    # Whoever is sought is a member of every channel that is found.
    candidates = call.store.member_of.get(fields[0]["Values"][0])
    is_admin = bearer in app_instance.admins

    def keep(channel: Channel) -> bool:
        return (is_admin or is_member(channel, bearer)) and all(matches(channel, field) for field in fields)

    found, token = page(call, candidates, keep=keep)
    return {"Channels": [summarise_channel(channel, bearer) for channel in found], "NextToken": token}


def refuse_strangers(fields: list[dict[str, Any]], app_instance_arn: str) -> None:
    for value in [value for field in fields for value in field["Values"]]:
        match = USER_ARN.fullmatch(value)
        if not match or match[1] != app_instance_arn:
            raise bad_request("The values must be ARNs of users of the app instance.")


def matches(channel: Channel, field: dict[str, Any]) -> bool:
    """Hidden members are not to be found out by a search."""
    if field["Operator"] == "INCLUDES":
        return all(is_shown(channel, arn) for arn in field["Values"])
    shown = {each.member_arn for room in channel.rooms for each in room.members if each.type == "DEFAULT"}
    return shown == set(field["Values"])


def is_member(channel: Channel, arn: str) -> bool:
    return any(arn in room.members for room in channel.rooms)


def is_shown(channel: Channel, arn: str) -> bool:
    found = [membership for room in channel.rooms if (membership := room.members.get(arn))]
    return any(membership.type == "DEFAULT" for membership in found)


SERVED = {
    "SearchChannels": Service((the_bearer,), search_channels),
}
