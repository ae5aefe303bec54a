"""Chime SDK messaging: the channels that somebody is a member of, or moderates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.lookup import find_app_instance_of_bearer, find_bearer, find_channel, find_person
from localaws.chime.messaging.descriptions import summarise_channel
from localaws.state.paging import page
from localaws.wire.errors import forbidden

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.rows import AppInstance, Channel


def list_channel_memberships_for_app_instance_user(call: Call) -> Members:
    person = find_person_asked_for(call, find_app_instance_of_bearer(call))
    found, token = page(call, call.store.member_of.get(person))
    return {"ChannelMemberships": [describe_own(channel, person) for channel in found], "NextToken": token}


def describe_channel_membership_for_app_instance_user(call: Call) -> Members:
    app_instance, channel = find_channel(call)
    person = find_person_asked_for(call, app_instance)
    if not any(person in room.members for room in channel.rooms):
        raise forbidden("The user is no member of the channel.")
    return {"ChannelMembership": describe_own(channel, person)}


def describe_own(channel: Channel, person: str) -> Members:
    """A moderator can be in several sub-channels of an elastic channel: the oldest of these stands for all."""
    room = next(room for room in channel.rooms if person in room.members)
    membership = room.members.rows[person]
    own = {"Type": membership.type, "ReadMarkerTimestamp": membership.read_at, "SubChannelId": room.sub_channel_id}
    return {"ChannelSummary": summarise_channel(channel, person), "AppInstanceUserMembershipSummary": own}


def list_channels_moderated_by_app_instance_user(call: Call) -> Members:
    person = find_person_asked_for(call, find_app_instance_of_bearer(call))
    found, token = page(call, call.store.moderator_of.get(person))
    channels = [{"ChannelSummary": summarise_channel(channel, person)} for channel in found]
    return {"Channels": channels, "NextToken": token}


def describe_channel_moderated_by_app_instance_user(call: Call) -> Members:
    app_instance, channel = find_channel(call)
    person = find_person_asked_for(call, app_instance)
    if channel.elastic is not None:
        raise forbidden("This is not to be had of an elastic channel.")
    if person not in channel.moderators:
        raise forbidden("The user is no moderator of the channel.")
    return {"Channel": {"ChannelSummary": summarise_channel(channel, person)}}


def find_person_asked_for(call: Call, app_instance: AppInstance) -> str:
    """Everybody may ask for themselves, and an admin for anybody in the app instance."""
    bearer = find_bearer(call, app_instance)
    person = str(call.get("AppInstanceUserArn", bearer.arn))
    if person == bearer.arn:
        return person
    if bearer.arn not in app_instance.admins:
        raise forbidden("Only an admin of the app instance may ask for somebody else.")
    return find_person(app_instance, person).arn


SERVED = {
    "ListChannelMembershipsForAppInstanceUser": Service((the_bearer,), list_channel_memberships_for_app_instance_user),
    "DescribeChannelMembershipForAppInstanceUser": Service(
        (the_bearer, the_channel), describe_channel_membership_for_app_instance_user
    ),
    "ListChannelsModeratedByAppInstanceUser": Service((the_bearer,), list_channels_moderated_by_app_instance_user),
    "DescribeChannelModeratedByAppInstanceUser": Service(
        (the_bearer, the_channel), describe_channel_moderated_by_app_instance_user
    ),
}
