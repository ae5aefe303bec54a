"""Channels that end by themselves.

https://docs.aws.amazon.com/chime-sdk/latest/APIReference/API_messaging-chime_PutChannelExpirationSettings.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.messaging.channels import remove_channel
from localaws.chime.messaging.standing import stand_as_moderator

if TYPE_CHECKING:
    from localaws.call import Call, Members, World
    from localaws.chime.rows import Channel
    from localaws.state.behaviour import Behaviour


def put_channel_expiration_settings(call: Call) -> Members:
    """Without settings the channel does not expire any more. One that has expired and is still there can be kept so."""
    standing = stand_as_moderator(call)
    channel = standing.channel
    channel.expiration, channel.updated_at = call.get("ExpirationSettings"), call.now
    standing.app_instance.channels.put(channel.arn, channel)
    return {"ChannelArn": channel.arn, "ExpirationSettings": channel.expiration}


def delete_expired_channels(world: World, now: float) -> None:
    for app_instance in world.store.app_instances:
        for channel in app_instance.channels:
            if has_expired(channel, world.behaviour, now):
                remove_channel(world, app_instance, channel)


def has_expired(channel: Channel, behaviour: Behaviour, now: float) -> bool:
    """A channel in which nothing was ever said counts from its creation."""
    if channel.expiration is None:
        return False
    start = channel.created_at
    if channel.expiration["ExpirationCriterion"] == "LAST_MESSAGE_TIMESTAMP":
        start = channel.last_message_at or start
    return bool(start + channel.expiration["ExpirationDays"] * behaviour.day_length <= now)


SERVED = {
    "PutChannelExpirationSettings": Service((the_bearer, the_channel), put_channel_expiration_settings),
}
