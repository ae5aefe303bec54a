"""Chime SDK messaging: channels."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localaws.call import Service, once
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.identity.writing import refuse_large_metadata
from localaws.chime.lookup import find_app_instance, find_bearer, find_person
from localaws.chime.messaging.admission import refuse_one_membership_more
from localaws.chime.messaging.descriptions import describe_channel, summarise_channel
from localaws.chime.messaging.elastic import open_sub_channel, refuse_configuration
from localaws.chime.messaging.news import tell_of_channel, tell_of_membership
from localaws.chime.messaging.standing import stand_as_moderator, stand_as_reader
from localaws.chime.rows import Channel, Membership, Moderator, Place
from localaws.chime.tags import read_tags
from localaws.state.paging import page
from localaws.trouble.amounts import CHANNELS, ELASTIC_CHANNELS, MEMBERS_OF_SUB_CHANNEL, SUB_CHANNELS
from localaws.wire.errors import bad_request, conflict, forbidden

if TYPE_CHECKING:
    from localaws.call import Call, Members, World
    from localaws.chime.rows import AppInstance, AppInstanceUser


def create_channel(call: Call) -> Members:
    return once(call, make_channel)


def make_channel(call: Call) -> Members:
    """The creator becomes a moderator, and a member, too, unless members are for the sub-channels to have."""
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    bearer = find_bearer(call, app_instance)
    refuse_large_metadata(call)
    if "ElasticChannelConfiguration" in call.members:
        refuse_configuration(call)
    arn = f"{app_instance.arn}/channel/{call.get('ChannelId') or uuid.uuid4()}"
    members = [find_person(app_instance, member).arn for member in call.get("MemberArns", [])]
    moderators = [find_person(app_instance, moderator).arn for moderator in call.get("ModeratorArns", [])]
    if arn in app_instance.channels:
        raise conflict("A channel with this id exists.")
    refuse_one_channel_more(call, app_instance, [bearer.arn, *members])
    channel = draw_channel(call, arn, bearer)
    app_instance.channels.put(arn, channel)
    for moderator in {bearer.arn: None, **dict.fromkeys(moderators)}:
        call.store.add_moderator(channel, Moderator(moderator, bearer.identity, call.now))
    if channel.elastic is not None:
        open_sub_channel(channel, call.now)
    else:
        add_first_members(call, Place(app_instance, channel, channel), [bearer.arn, *members])
    return {"ChannelArn": arn}


def refuse_one_channel_more(call: Call, app_instance: AppInstance, people: list[str]) -> None:
    quotas, wish = call.world.quotas, call.get("ElasticChannelConfiguration")
    quotas.refuse_excess(CHANNELS, len(app_instance.channels) + 1)
    if wish is None:
        for arn in people:
            refuse_one_membership_more(call, arn)
    elif quotas.on:
        quotas.refuse_excess(ELASTIC_CHANNELS, 1 + sum(each.elastic is not None for each in app_instance.channels))
        quotas.refuse_excess(SUB_CHANNELS, wish["MaximumSubChannels"])
        quotas.refuse_excess(MEMBERS_OF_SUB_CHANNEL, wish["TargetMembershipsPerSubChannel"])


def draw_channel(call: Call, arn: str, bearer: AppInstanceUser) -> Channel:
    return Channel(
        arn=arn,
        name=call["Name"],
        mode=call.get("Mode", "RESTRICTED"),
        privacy=call.get("Privacy", "PUBLIC"),
        metadata=call.get("Metadata"),
        created_by=bearer.identity,
        created_at=call.now,
        updated_at=call.now,
        expiration=call.get("ExpirationSettings"),
        tags=read_tags(call),
        elastic=call.get("ElasticChannelConfiguration"),
    )


def add_first_members(call: Call, place: Place, people: list[str]) -> None:
    invited_by = place.channel.created_by
    memberships = [Membership(arn, "DEFAULT", invited_by, call.now, call.now) for arn in dict.fromkeys(people)]
    for membership in memberships:
        call.store.add_member(place.channel, membership)
    for membership in memberships:
        tell_of_membership(call.world, "CREATE_CHANNEL_MEMBERSHIP", place, membership)


def describe(call: Call) -> Members:
    standing = stand_as_reader(call)
    return {"Channel": describe_channel(standing.channel, standing.bearer.arn)}


def update_channel(call: Call) -> Members:
    standing = stand_as_moderator(call)
    refuse_large_metadata(call)
    channel = standing.channel
    if channel.elastic is not None and call.get("Mode") == "UNRESTRICTED":
        raise bad_request("An elastic channel can't be UNRESTRICTED.")
    channel.name = call.get("Name", channel.name)
    channel.mode = call.get("Mode", channel.mode)
    channel.metadata = call.get("Metadata", channel.metadata)
    channel.updated_at = call.now
    standing.app_instance.channels.put(channel.arn, channel)
    tell_of_channel(call.world, "UPDATE_CHANNEL", channel)
    return {"ChannelArn": channel.arn}


def delete_channel(call: Call) -> Members:
    standing = stand_as_moderator(call)
    remove_channel(call.world, standing.app_instance, standing.channel)
    return {}


def remove_channel(world: World, app_instance: AppInstance, channel: Channel) -> None:
    tell_of_channel(world, "DELETE_CHANNEL", channel)
    world.store.remove_channel(app_instance, channel)


def list_channels(call: Call) -> Members:
    """The public ones. Only an admin may ask for the private ones; one's own come with one's memberships."""
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    bearer = find_bearer(call, app_instance)
    privacy = call.get("Privacy", "PUBLIC")
    if privacy == "PRIVATE" and bearer.arn not in app_instance.admins:
        raise forbidden("Only an admin of the app instance may list private channels.")
    found, token = page(call, app_instance.channels, keep=lambda channel: channel.privacy == privacy)
    return {"Channels": [summarise_channel(channel, bearer.arn) for channel in found], "NextToken": token}


SERVED = {
    "CreateChannel": Service((the_bearer,), create_channel),
    "DescribeChannel": Service((the_bearer, the_channel), describe),
    "UpdateChannel": Service((the_bearer, the_channel), update_channel),
    "DeleteChannel": Service((the_bearer, the_channel), delete_channel),
    "ListChannels": Service((the_bearer,), list_channels),
}
