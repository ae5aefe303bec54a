"""Chime SDK messaging: moderators of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.lookup import find_person, identify
from localaws.chime.messaging.admission import dismiss_everywhere
from localaws.chime.messaging.standing import stand_as_moderator
from localaws.chime.rows import Moderator
from localaws.state.paging import page
from localaws.trouble.amounts import MODERATORS
from localaws.wire.errors import conflict, forbidden, not_found

if TYPE_CHECKING:
    from localaws.call import Call, Members


def create_channel_moderator(call: Call) -> Members:
    """In an elastic channel, who is promoted or demoted is no member any more until they are added again."""
    standing = stand_as_moderator(call)
    person = find_person(standing.app_instance, call["ChannelModeratorArn"])
    if person.arn in standing.channel.bans:
        raise forbidden("The user is banned from the channel.")
    if person.arn in standing.channel.moderators:
        raise conflict("The user is a moderator of the channel already.")
    call.world.quotas.refuse_excess(MODERATORS, len(standing.channel.moderators) + 1)
    if standing.channel.elastic is not None:
        dismiss_everywhere(call.world, standing, person.arn, call.now)
    call.store.add_moderator(standing.channel, Moderator(person.arn, standing.bearer.identity, call.now))
    return {"ChannelArn": standing.channel.arn, "ChannelModerator": person.identity}


def describe_channel_moderator(call: Call) -> Members:
    standing = stand_as_moderator(call)
    moderator = standing.channel.moderators.get(call["ChannelModeratorArn"])
    if moderator is None:
        raise not_found("The user is no moderator of the channel.")
    described = {
        "Moderator": identify(standing.app_instance, moderator.moderator_arn),
        "ChannelArn": standing.channel.arn,
        "CreatedTimestamp": moderator.created_at,
        "CreatedBy": moderator.created_by,
    }
    return {"ChannelModerator": described}


def list_channel_moderators(call: Call) -> Members:
    standing = stand_as_moderator(call)
    found, token = page(call, standing.channel.moderators)
    moderators = [{"Moderator": identify(standing.app_instance, moderator.moderator_arn)} for moderator in found]
    return {"ChannelArn": standing.channel.arn, "ChannelModerators": moderators, "NextToken": token}


def delete_channel_moderator(call: Call) -> Members:
    standing = stand_as_moderator(call)
    arn = call["ChannelModeratorArn"]
    if call.store.remove_moderator(standing.channel, arn) is None:
        raise forbidden("The user is no moderator of the channel.")
    if standing.channel.elastic is not None:
        dismiss_everywhere(call.world, standing, arn, call.now)
    return {}


SERVED = {
    "CreateChannelModerator": Service((the_bearer, the_channel), create_channel_moderator),
    "DescribeChannelModerator": Service((the_bearer, the_channel), describe_channel_moderator),
    "ListChannelModerators": Service((the_bearer, the_channel), list_channel_moderators),
    "DeleteChannelModerator": Service((the_bearer, the_channel), delete_channel_moderator),
}
