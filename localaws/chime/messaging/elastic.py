"""Elastic channels: their members talk in sub-channels, which come and go with the members.

https://docs.aws.amazon.com/chime-sdk/latest/dg/elastic-channels.html
https://docs.aws.amazon.com/chime-sdk/latest/dg/manage-elastic-members.html
"""

from __future__ import annotations

import math
import secrets
from typing import TYPE_CHECKING

from localaws.chime.messaging.moments import write_moment
from localaws.chime.messaging.news import tell_of_membership, tell_of_move
from localaws.chime.messaging.standing import moderates
from localaws.chime.rows import Place, SubChannel
from localaws.wire.errors import AWSError, bad_request, conflict, not_found

if TYPE_CHECKING:
    from localaws.call import Call, World
    from localaws.chime.messaging.standing import Standing
    from localaws.chime.rows import AppInstance, Channel, Membership

REGION = "us-east-1"
MOST_MEMBERS = 1_000_000


def refuse_configuration(call: Call) -> None:
    """What the models do not say of an elastic channel that is to be created."""
    if call.region != REGION:
        raise bad_request(f"There are elastic channels only in {REGION}.")
    if call.get("Mode") == "UNRESTRICTED":
        raise bad_request("An elastic channel can't be UNRESTRICTED.")
    if "MemberArns" in call.members:
        raise bad_request("An elastic channel can't be created with members.")
    wish = call["ElasticChannelConfiguration"]
    if wish["MaximumSubChannels"] * wish["TargetMembershipsPerSubChannel"] > MOST_MEMBERS:
        raise bad_request(f"An elastic channel can't have more than {MOST_MEMBERS} members.")


def open_sub_channel(channel: Channel, now: float) -> SubChannel:
    """Ids are in the order of their creation."""
    sub_channel = SubChannel(write_moment(now) + secrets.token_hex(26))
    channel.sub_channels.put(sub_channel.sub_channel_id, sub_channel)
    return sub_channel


def choose_room(call: Call, standing: Standing, arn: str) -> SubChannel:
    """Moderators say where they want to be, and may be in many sub-channels; all others are put into one."""
    channel = standing.channel
    if call.get("Type", "DEFAULT") == "HIDDEN":
        raise bad_request("An elastic channel has no hidden members.")
    wanted = call.get("SubChannelId")
    if moderates(standing.app_instance, channel, arn):
        return find_wanted_room(channel, wanted)
    if wanted is not None:
        raise bad_request("The sub-channel of a member who is no moderator can't be chosen.")
    if any(arn in each.members for each in channel.sub_channels):
        raise conflict("The user is a member of the channel already.")
    return find_space(call.world, standing.app_instance, channel, call.now)


def find_wanted_room(channel: Channel, wanted: str | None) -> SubChannel:
    if wanted is None:
        raise bad_request("The SubChannelId is missing, which a moderator's membership needs.")
    found = channel.sub_channels.get(wanted)
    if found is None:
        raise not_found("The channel has no such sub-channel.")
    return found


def find_space(world: World, app_instance: AppInstance, channel: Channel, now: float) -> SubChannel:
    """The oldest sub-channel that is not full, or a new one."""
    for sub_channel in channel.sub_channels:
        if count_to_balance(app_instance, channel, sub_channel) < target_of(channel):
            return sub_channel
    return scale_out(world, app_instance, channel, now)


def scale_out(world: World, app_instance: AppInstance, channel: Channel, now: float) -> SubChannel:
    """With the newcomer, those who were last to come to the fullest sub-channels make it large enough."""
    if len(channel.sub_channels) >= limits(channel)["MaximumSubChannels"]:
        raise AWSError("ResourceLimitExceededException", "All sub-channels of the channel are full.")
    opened = open_sub_channel(channel, now)
    for _ in range(least_of(channel) - 1):
        fullest = max(channel.sub_channels, key=lambda each: count_to_balance(app_instance, channel, each))
        newest = max(members_to_balance(app_instance, channel, fullest), key=lambda each: each.updated_at)
        move(world, Place(app_instance, channel, opened), fullest, newest, now)
    return opened


def scale_in(world: World, place: Place, now: float) -> None:
    """A sub-channel with too few members ends where another has space for them all; its messages end with it."""
    channel, room = place.channel, place.room
    if not isinstance(room, SubChannel) or room.sub_channel_id not in channel.sub_channels:
        return
    members = members_to_balance(place.app_instance, channel, room)
    target = find_target(place, len(members))
    if len(members) >= least_of(channel) or target is None:
        return
    for membership in members:
        move(world, Place(place.app_instance, channel, target), room, membership, now)
    for membership in room.members:
        world.store.remove_member(channel, membership.member_arn, room)
        tell_of_membership(world, "DELETE_CHANNEL_MEMBERSHIP", place, membership, "subchannel_DELETED")
    channel.sub_channels.remove(room.sub_channel_id)


def find_target(place: Place, more: int) -> SubChannel | None:
    for each in place.channel.sub_channels:
        space = target_of(place.channel) - count_to_balance(place.app_instance, place.channel, each)
        if each is not place.room and space >= more:
            return each
    return None


def move(world: World, to: Place, source: SubChannel, membership: Membership, now: float) -> None:
    world.store.remove_member(to.channel, membership.member_arn, source)
    membership.updated_at = now
    world.store.add_member(to.channel, membership, to.room)
    tell_of_move(world, to, membership)


def members_to_balance(app_instance: AppInstance, channel: Channel, sub_channel: SubChannel) -> list[Membership]:
    """Moderators stay where they are, and do not count."""
    return [each for each in sub_channel.members if not moderates(app_instance, channel, each.member_arn)]


def count_to_balance(app_instance: AppInstance, channel: Channel, sub_channel: SubChannel) -> int:
    staying = {*app_instance.admins.rows, *channel.moderators.rows}
    return len(sub_channel.members) - sum(arn in sub_channel.members for arn in staying)


def limits(channel: Channel) -> dict[str, int]:
    return channel.elastic or {}


def target_of(channel: Channel) -> int:
    return limits(channel)["TargetMembershipsPerSubChannel"]


def least_of(channel: Channel) -> int:
    return math.ceil(target_of(channel) * limits(channel)["MinimumMembershipPercentage"] / 100)
