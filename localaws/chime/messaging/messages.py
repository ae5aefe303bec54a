"""Chime SDK messaging: messages are sent and read."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from localaws.call import Service, once
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.identity.retention import forgotten_before
from localaws.chime.lookup import find_person
from localaws.chime.messaging.descriptions import describe_message, describe_status, summarise_message
from localaws.chime.messaging.limits import refuse_excess
from localaws.chime.messaging.moments import write_moment
from localaws.chime.messaging.news import tell_of_message
from localaws.chime.messaging.processing import hand_over, is_processed
from localaws.chime.messaging.standing import Standing, insist, stand_as_listener, stand_in_room
from localaws.chime.messaging.visibility import is_visible
from localaws.chime.rows import Message
from localaws.state.paging import page
from localaws.wire.errors import bad_request, forbidden, not_found

if TYPE_CHECKING:
    from localaws.call import Call, Members


def send_channel_message(call: Call) -> Members:
    return once(call, make_message)


def make_message(call: Call) -> Members:
    standing = stand_in_room(call)
    insist(standing, allowed=standing.may_send)
    refuse_excess(call.members, call["Type"])
    refuse_targets(call, standing)
    message = draw_message(call, standing)
    if message.persistence == "PERSISTENT":
        keep_message(standing, message)
    if is_processed(standing.channel, message):
        hand_over(call, standing, message, "CREATE")
    else:
        tell_of_message(call.world, "CREATE_CHANNEL_MESSAGE", standing.place, message)
    return {
        "ChannelArn": standing.channel.arn,
        "MessageId": message.id,
        "Status": describe_status(message.status),
        "SubChannelId": standing.room.sub_channel_id,
    }


def refuse_targets(call: Call, standing: Standing) -> None:
    """A target can only be somebody who is there to read it."""
    for target in call.get("Target", []):
        if "MemberArn" not in target:
            raise bad_request("The target has no MemberArn.")
        insist(standing, allowed=find_person(standing.app_instance, target["MemberArn"]).arn in standing.room.members)


def draw_message(call: Call, standing: Standing) -> Message:
    now = next_moment(call, standing)
    return Message(
        id=write_moment(now) + secrets.token_hex(26),
        content=call["Content"],
        metadata=call.get("Metadata"),
        content_type=call.get("ContentType"),
        attributes=call.get("MessageAttributes"),
        target=call.get("Target"),
        type=call["Type"],
        persistence=call["Persistence"],
        sender=standing.bearer.identity,
        created_at=now,
        updated_at=now,
    )


def next_moment(call: Call, standing: Standing) -> float:
    """Strictly after the last message of the channel, so that no two of them share a time and an order is an order."""
    last = standing.channel.last_message_at or 0.0
    return max(call.now, round(last + 0.001, 3))


def keep_message(standing: Standing, message: Message) -> None:
    standing.room.messages.put(message.id, message)
    standing.channel.last_message_at = message.created_at
    standing.app_instance.channels.put(standing.channel.arn, standing.channel)


def get_channel_message(call: Call) -> Members:
    standing = stand_as_listener(call)
    message = find_message(call, standing)
    if message is None:
        raise not_found("The channel has no such message.")
    return {"ChannelMessage": describe_message(standing.channel, standing.room, message)}


def get_channel_message_status(call: Call) -> Members:
    """Of an edit that has not come through, its status stands for the message's."""
    standing = stand_as_listener(call)
    message = find_message(call, standing)
    if message is None or message.sender["Arn"] != standing.bearer.arn:
        raise forbidden()
    return {"Status": describe_status(message.edit_status or message.status)}


def find_message(call: Call, standing: Standing) -> Message | None:
    """None when there is none that the bearer may see."""
    message = standing.room.messages.get(call["MessageId"])
    if message is None or message.created_at < forgets_before(call, standing):
        return None
    return message if is_visible(message, standing.bearer.arn) else None


def forgets_before(call: Call, standing: Standing) -> float:
    return forgotten_before(standing.app_instance, call.world.behaviour, call.now)


def list_channel_messages(call: Call) -> Members:
    standing = stand_as_listener(call)
    found, token = page(
        call,
        standing.room.messages,
        keep=lambda message: is_visible(message, standing.bearer.arn),
        low=write_moment(max(call.get("NotBefore", 0), forgets_before(call, standing))),
        high=write_moment(call["NotAfter"]) + "~" if "NotAfter" in call.members else "~",
        descending=call.get("SortOrder", "DESCENDING") == "DESCENDING",
    )
    return {
        "ChannelArn": standing.channel.arn,
        "ChannelMessages": [summarise_message(message) for message in found],
        "NextToken": token,
        "SubChannelId": standing.room.sub_channel_id,
    }


SERVED = {
    "SendChannelMessage": Service((the_bearer, the_channel), send_channel_message),
    "GetChannelMessage": Service((the_bearer, the_channel), get_channel_message),
    "GetChannelMessageStatus": Service((the_bearer, the_channel), get_channel_message_status),
    "ListChannelMessages": Service((the_bearer, the_channel), list_channel_messages),
}
