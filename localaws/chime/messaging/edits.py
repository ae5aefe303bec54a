"""Chime SDK messaging: messages are edited, redacted and deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.messaging.descriptions import describe_status
from localaws.chime.messaging.limits import refuse_excess
from localaws.chime.messaging.messages import find_message
from localaws.chime.messaging.news import tell_of_message
from localaws.chime.messaging.processing import hand_over, is_processed, put_edit
from localaws.chime.messaging.standing import insist, stand_in_room
from localaws.wire.errors import conflict, forbidden

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.messaging.standing import Standing
    from localaws.chime.rows import Message


def update_channel_message(call: Call) -> Members:
    standing, message = find_message_to_change(call)
    insist(standing, allowed=message.sender["Arn"] == standing.bearer.arn)
    refuse_excess(call.members, message.type)
    if message.redacted:
        raise conflict("The message is redacted.")
    edited = replace(
        message,
        content=call["Content"],
        metadata=call.get("Metadata", message.metadata),
        content_type=call.get("ContentType", message.content_type),
        edited_at=call.now,
        updated_at=call.now,
        edit_status=None,
    )
    if is_processed(standing.channel, edited):
        hand_over(call, standing, edited, "UPDATE")
        message.edit_status = edited.status
        standing.room.messages.put(message.id, message)
    else:
        put_edit(call.world, standing.place, edited)
    return {**name_message(standing, message), "Status": describe_status(edited.status)}


def redact_channel_message(call: Call) -> Members:
    """The message stays, and what it said is gone."""
    standing, message = find_message_to_change(call)
    insist(standing, allowed=standing.moderates or message.sender["Arn"] == standing.bearer.arn)
    emptied = replace(message, content="", metadata=None, attributes=None, edit_status=None)
    redacted = replace(emptied, redacted=True, updated_at=call.now)
    standing.room.messages.put(message.id, redacted)
    tell_of_message(call.world, "REDACT_CHANNEL_MESSAGE", standing.place, redacted)
    return name_message(standing, message)


def delete_channel_message(call: Call) -> Members:
    """An admin deletes what was sent to others, too. What is told of it says nothing of what it said."""
    standing = stand_in_room(call)
    insist(standing, allowed=standing.is_admin)
    message = standing.room.messages.get(call["MessageId"])
    if message is None or message.status != "SENT":
        raise forbidden()
    standing.room.messages.remove(message.id)
    gone = replace(message, content="", metadata=None, attributes=None, updated_at=call.now)
    tell_of_message(call.world, "DELETE_CHANNEL_MESSAGE", standing.place, gone)
    return {}


def find_message_to_change(call: Call) -> tuple[Standing, Message]:
    """Who has left the channel has no say any more in what they wrote there."""
    standing = stand_in_room(call)
    insist(standing, allowed=standing.moderates or standing.membership is not None)
    message = find_message(call, standing)
    if message is None or message.status != "SENT":
        raise forbidden()
    return standing, message


def name_message(standing: Standing, message: Message) -> Members:
    return {
        "ChannelArn": standing.channel.arn,
        "MessageId": message.id,
        "SubChannelId": standing.room.sub_channel_id,
    }


SERVED = {
    "UpdateChannelMessage": Service((the_bearer, the_channel), update_channel_message),
    "RedactChannelMessage": Service((the_bearer, the_channel), redact_channel_message),
    "DeleteChannelMessage": Service((the_bearer, the_channel), delete_channel_message),
}
