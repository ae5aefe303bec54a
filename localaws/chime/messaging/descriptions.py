"""Channels, memberships and messages in the words of the models: in answers, and in what live sessions are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.chime.lookup import identify
from localaws.chime.messaging.visibility import find_last_message

if TYPE_CHECKING:
    from localaws.chime.rows import Channel, Membership, Message, Place, Room

FAILURE = "The processor of the channel flow could not be reached."


def summarise_channel(channel: Channel, viewer: str = "") -> dict[str, Any]:
    """As `viewer`, the ARN of a user, sees it; nobody in particular sees what is for everybody."""
    last = find_last_message(channel, viewer)
    return {
        "Name": channel.name,
        "ChannelArn": channel.arn,
        "Mode": channel.mode,
        "Privacy": channel.privacy,
        "Metadata": channel.metadata,
        "LastMessageTimestamp": last.created_at if last else None,
    }


def describe_channel(channel: Channel, viewer: str = "") -> dict[str, Any]:
    return {
        **summarise_channel(channel, viewer),
        "CreatedBy": channel.created_by,
        "CreatedTimestamp": channel.created_at,
        "LastUpdatedTimestamp": channel.updated_at,
        "ChannelFlowArn": channel.flow_arn,
        "ElasticChannelConfiguration": channel.elastic,
        "ExpirationSettings": channel.expiration,
    }


def describe_membership(place: Place, membership: Membership) -> dict[str, Any]:
    return {
        "InvitedBy": membership.invited_by,
        "Type": membership.type,
        "Member": identify(place.app_instance, membership.member_arn),
        "ChannelArn": place.channel.arn,
        "CreatedTimestamp": membership.created_at,
        "LastUpdatedTimestamp": membership.updated_at,
        "SubChannelId": place.room.sub_channel_id,
    }


def describe_memberships(place: Place, memberships: list[Membership]) -> dict[str, Any]:
    """Of people who were added together; at least one."""
    return {
        "InvitedBy": memberships[0].invited_by,
        "Type": memberships[0].type,
        "Members": [identify(place.app_instance, each.member_arn) for each in memberships],
        "ChannelArn": place.channel.arn,
        "SubChannelId": place.room.sub_channel_id,
    }


def summarise_message(message: Message) -> dict[str, Any]:
    return {
        "MessageId": message.id,
        "Content": message.content,
        "Metadata": message.metadata,
        "Type": message.type,
        "CreatedTimestamp": message.created_at,
        "LastUpdatedTimestamp": message.updated_at,
        "LastEditedTimestamp": message.edited_at,
        "Sender": message.sender,
        "Redacted": message.redacted,
        "Status": describe_status(message.status),
        "MessageAttributes": message.attributes,
        "ContentType": message.content_type,
        "Target": message.target,
    }


def describe_message(channel: Channel, room: Room, message: Message) -> dict[str, Any]:
    return {
        **summarise_message(message),
        "ChannelArn": channel.arn,
        "Persistence": message.persistence,
        "SubChannelId": room.sub_channel_id,
    }


def describe_status(status: str) -> dict[str, str]:
    return {"Value": status, "Detail": FAILURE} if status == "FAILED" else {"Value": status}
