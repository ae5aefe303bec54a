"""Chime SDK messaging: who is banned from a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.lookup import find_person, identify
from localaws.chime.messaging.admission import dismiss_everywhere
from localaws.chime.messaging.standing import moderates, stand_as_moderator
from localaws.chime.rows import Ban
from localaws.state.paging import page
from localaws.wire.errors import conflict, forbidden, not_found

if TYPE_CHECKING:
    from localaws.call import Call, Members


def create_channel_ban(call: Call) -> Members:
    """A member is kicked out by it; who is none can't become one."""
    standing = stand_as_moderator(call)
    person = find_person(standing.app_instance, call["MemberArn"])
    if moderates(standing.app_instance, standing.channel, person.arn):
        raise forbidden("Admins and moderators of the channel can't be banned.")
    if person.arn in standing.channel.bans:
        raise conflict("The user is banned from the channel already.")
    call.store.add_ban(standing.channel, Ban(person.arn, standing.bearer.identity, call.now))
    dismiss_everywhere(call.world, standing, person.arn, call.now)
    return {"ChannelArn": standing.channel.arn, "Member": person.identity}


def describe_channel_ban(call: Call) -> Members:
    standing = stand_as_moderator(call)
    ban = standing.channel.bans.get(call["MemberArn"])
    if ban is None:
        raise not_found("The user is not banned from the channel.")
    described = {
        "Member": identify(standing.app_instance, ban.member_arn),
        "ChannelArn": standing.channel.arn,
        "CreatedTimestamp": ban.created_at,
        "CreatedBy": ban.created_by,
    }
    return {"ChannelBan": described}


def list_channel_bans(call: Call) -> Members:
    standing = stand_as_moderator(call)
    found, token = page(call, standing.channel.bans)
    bans = [{"Member": identify(standing.app_instance, ban.member_arn)} for ban in found]
    return {"ChannelArn": standing.channel.arn, "ChannelBans": bans, "NextToken": token}


def delete_channel_ban(call: Call) -> Members:
    """Nobody is a member again by it."""
    standing = stand_as_moderator(call)
    if call.store.remove_ban(standing.channel, call["MemberArn"]) is None:
        raise forbidden("The user is not banned from the channel.")
    return {}


SERVED = {
    "CreateChannelBan": Service((the_bearer, the_channel), create_channel_ban),
    "DescribeChannelBan": Service((the_bearer, the_channel), describe_channel_ban),
    "ListChannelBans": Service((the_bearer, the_channel), list_channel_bans),
    "DeleteChannelBan": Service((the_bearer, the_channel), delete_channel_ban),
}
