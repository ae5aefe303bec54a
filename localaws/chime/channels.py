"""Chime SDK messaging: channels."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localaws.call import Service, once
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.lookup import find_app_instance, find_app_instance_of_bearer, find_bearer, find_person
from localaws.chime.rows import Channel, Membership, Moderator
from localaws.chime.standing import stand_as_moderator, stand_as_reader
from localaws.chime.tags import read_tags
from localaws.state.paging import page
from localaws.wire.errors import AWSError, conflict, forbidden

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.rows import AppInstance, AppInstanceUser


def create_channel(call: Call) -> Members:
    if call.get("ElasticChannelConfiguration"):
        raise AWSError("NotServedHereException", "Elastic channels are not served here.")
    return once(call, make_channel)


def make_channel(call: Call) -> Members:
    """The creator becomes a member and a moderator."""
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    bearer = find_bearer(call, app_instance)
    arn = f"{app_instance.arn}/channel/{call.get('ChannelId') or uuid.uuid4()}"
    if arn in app_instance.channels:
        raise conflict("A channel with this id exists.")
    members = [find_person(app_instance, member).arn for member in call.get("MemberArns", [])]
    moderators = [find_person(app_instance, moderator).arn for moderator in call.get("ModeratorArns", [])]
    channel = draw_channel(call, arn, bearer)
    app_instance.channels.put(arn, channel)
    for member in {bearer.arn: None, **dict.fromkeys(members)}:
        call.store.add_member(channel, Membership(member, "DEFAULT", bearer.identity, call.now))
    for moderator in {bearer.arn: None, **dict.fromkeys(moderators)}:
        call.store.add_moderator(channel, Moderator(moderator, bearer.identity, call.now))
    return {"ChannelArn": arn}


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
    )


def describe_channel(call: Call) -> Members:
    channel = stand_as_reader(call).channel
    described = {
        **summarise_channel(channel),
        "CreatedBy": channel.created_by,
        "CreatedTimestamp": channel.created_at,
        "LastUpdatedTimestamp": channel.updated_at,
        "ExpirationSettings": channel.expiration,
    }
    return {"Channel": described}


def summarise_channel(channel: Channel) -> Members:
    return {
        "Name": channel.name,
        "ChannelArn": channel.arn,
        "Mode": channel.mode,
        "Privacy": channel.privacy,
        "Metadata": channel.metadata,
        "LastMessageTimestamp": channel.last_message_at,
    }


def update_channel(call: Call) -> Members:
    channel = stand_as_moderator(call).channel
    channel.name = call.get("Name", channel.name)
    channel.mode = call.get("Mode", channel.mode)
    channel.metadata = call.get("Metadata", channel.metadata)
    channel.updated_at = call.now
    return {"ChannelArn": channel.arn}


def delete_channel(call: Call) -> Members:
    standing = stand_as_moderator(call)
    call.store.remove_channel(standing.app_instance, standing.channel)
    return {}


def list_channels(call: Call) -> Members:
    """The public ones. Only an admin may ask for the private ones; one's own come with one's memberships."""
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    bearer = find_bearer(call, app_instance)
    privacy = call.get("Privacy", "PUBLIC")
    if privacy == "PRIVATE" and bearer.arn not in app_instance.admins:
        raise forbidden("Only an admin of the app instance may list private channels.")
    found, token = page(call, app_instance.channels, keep=lambda channel: channel.privacy == privacy)
    return {"Channels": [summarise_channel(channel) for channel in found], "NextToken": token}


def list_channel_memberships_for_app_instance_user(call: Call) -> Members:
    person = find_person_asked_for(call)
    found, token = page(call, call.store.member_of.get(person))
    memberships = [
        {
            "ChannelSummary": summarise_channel(channel),
            "AppInstanceUserMembershipSummary": {"Type": channel.members.rows[person].type},
        }
        for channel in found
    ]
    return {"ChannelMemberships": memberships, "NextToken": token}


def list_channels_moderated_by_app_instance_user(call: Call) -> Members:
    found, token = page(call, call.store.moderator_of.get(find_person_asked_for(call)))
    return {"Channels": [{"ChannelSummary": summarise_channel(channel)} for channel in found], "NextToken": token}


def find_person_asked_for(call: Call) -> str:
    """Everybody may ask for themselves, and an admin for anybody in the app instance."""
    app_instance = find_app_instance_of_bearer(call)
    bearer = find_bearer(call, app_instance)
    person = str(call.get("AppInstanceUserArn", bearer.arn))
    if person == bearer.arn:
        return person
    refuse_all_but_admins(app_instance, bearer)
    return find_person(app_instance, person).arn


def refuse_all_but_admins(app_instance: AppInstance, bearer: AppInstanceUser) -> None:
    if bearer.arn not in app_instance.admins:
        raise forbidden("Only an admin of the app instance may ask for somebody else.")


SERVED = {
    "CreateChannel": Service((the_bearer,), create_channel),
    "DescribeChannel": Service((the_bearer, the_channel), describe_channel),
    "UpdateChannel": Service((the_bearer, the_channel), update_channel),
    "DeleteChannel": Service((the_bearer, the_channel), delete_channel),
    "ListChannels": Service((the_bearer,), list_channels),
    "ListChannelMembershipsForAppInstanceUser": Service((the_bearer,), list_channel_memberships_for_app_instance_user),
    "ListChannelsModeratedByAppInstanceUser": Service((the_bearer,), list_channels_moderated_by_app_instance_user),
}
