"""Messages on their way through a channel flow: handed to its processor, and settled by what that says.

https://docs.aws.amazon.com/chime-sdk/latest/dg/using-channel-flows.html
https://docs.aws.amazon.com/chime-sdk/latest/dg/processor-setup.html
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from localaws.chime.messaging.news import tell_of_message, tell_sender
from localaws.chime.messaging.processors import Invocation
from localaws.chime.rows import Message, Place, Processing

if TYPE_CHECKING:
    from localaws.call import Call, World
    from localaws.chime.messaging.standing import Standing
    from localaws.chime.rows import Channel


def is_processed(channel: Channel, message: Message) -> bool:
    return channel.flow_arn is not None and message.type == "STANDARD"


def hand_over(call: Call, standing: Standing, message: Message, change: str) -> None:
    """The processor is asked behind the call's back; until it answers, the message is its sender's alone."""
    place = standing.place
    message.status = "PENDING"
    processing = Processing(secrets.token_hex(32), change, place.room.sub_channel_id, asdict(message), call.now)
    place.channel.processing.put(processing.callback_id, processing)
    tell_sender(call.world, f"PENDING_{change}_CHANNEL_MESSAGE", place, message)
    flow = place.app_instance.flows.rows[str(place.channel.flow_arn)]
    [processor] = flow.processors
    call.world.processors.invoke(
        Invocation(
            lambda_arn=processor["Configuration"]["Lambda"]["ResourceArn"],
            event=describe_event(place, message, processing),
            fail=partial(fall_back, call.world, place, processing.callback_id, processor["FallbackAction"]),
        )
    )


def describe_event(place: Place, message: Message, processing: Processing) -> dict[str, Any]:
    described = {
        "MessageId": message.id,
        "ChannelArn": place.channel.arn,
        "SubChannelId": place.room.sub_channel_id,
        "Content": message.content,
        "Metadata": message.metadata,
        "ContentType": message.content_type,
        "MessageAttributes": message.attributes,
        "Sender": message.sender,
        "Persistence": message.persistence,
        "Type": message.type,
        "CreatedTimestamp": write_time(message.created_at),
        "LastEditedTimestamp": write_time(message.edited_at),
    }
    given = {name: value for name, value in described.items() if value is not None}
    return {"EventType": "CHANNEL_MESSAGE_EVENT", "CallbackId": processing.callback_id, "ChannelMessage": given}


def write_time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fall_back(world: World, place: Place, callback_id: str, action: str) -> None:
    """The processor could not be reached. It may have called back all the same, or the channel may be gone."""
    if place.app_instance.channels.get(place.channel.arn) is not place.channel:
        return
    processing = place.channel.processing.get(callback_id)
    if processing is None:
        return
    if action == "CONTINUE":
        deliver(world, place, processing)
    else:
        fail(world, place, processing)


def deliver(world: World, place: Place, processing: Processing, changes: dict[str, Any] | None = None) -> None:
    place.channel.processing.remove(processing.callback_id)
    message = Message(**{**processing.draft, **(changes or {}), "status": "SENT"})
    if processing.change == "UPDATE":
        put_edit(world, place, message)
        return
    if message.persistence == "PERSISTENT":
        place.room.messages.put(message.id, message)
    tell_of_message(world, "CREATE_CHANNEL_MESSAGE", place, message)


def put_edit(world: World, place: Place, edited: Message) -> None:
    """What was redacted or deleted meanwhile stays so."""
    current = place.room.messages.get(edited.id)
    if current and not current.redacted:
        place.room.messages.put(edited.id, edited)
        tell_of_message(world, "UPDATE_CHANNEL_MESSAGE", place, edited)


def deny(world: World, place: Place, processing: Processing) -> None:
    """A message that is denied is not kept."""
    if processing.change == "CREATE":
        place.room.messages.remove(processing.draft["id"])
    else:
        mark(place, processing, edit_status=None)
    close(world, place, processing, "DENIED")


def fail(world: World, place: Place, processing: Processing) -> None:
    if processing.change == "CREATE":
        mark(place, processing, status="FAILED")
    else:
        mark(place, processing, edit_status="FAILED")
    close(world, place, processing, "FAILED")


def mark(place: Place, processing: Processing, **statuses: Any) -> None:
    """Where the message is kept."""
    kept = place.room.messages.get(processing.draft["id"])
    if kept:
        place.room.messages.put(kept.id, replace(kept, **statuses))


def close(world: World, place: Place, processing: Processing, status: str) -> None:
    place.channel.processing.remove(processing.callback_id)
    message = Message(**{**processing.draft, "status": status})
    tell_sender(world, f"{status}_{processing.change}_CHANNEL_MESSAGE", place, message)
