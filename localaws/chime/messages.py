"""Chime SDK messaging: messages, and where the live ones are to be had."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from localaws.call import Service, once
from localaws.chime.arns import anything, the_bearer, the_channel
from localaws.chime.lookup import find_person
from localaws.chime.memberships import refuse_sub_channels
from localaws.chime.retention import forgotten_before
from localaws.chime.rows import Message
from localaws.chime.standing import Standing, insist, stand, stand_as_reader
from localaws.state.paging import page
from localaws.wire.errors import bad_request, conflict, not_found

if TYPE_CHECKING:
    from localaws.call import Call, Members

LARGEST_CONTENT = {"STANDARD": 4096, "CONTROL": 30}
LARGEST_METADATA = 1024
LARGEST_ATTRIBUTES = 1024
DIGITS_OF_TIME = 12
SENT = {"Value": "SENT"}


def send_channel_message(call: Call) -> Members:
    refuse_sub_channels(call)
    return once(call, make_message)


def make_message(call: Call) -> Members:
    standing = stand(call)
    insist(standing, allowed=standing.may_send)
    refuse_excess(call, call["Type"])
    for target in call.get("Target", []):
        insist(
            standing, allowed=find_person(standing.app_instance, target["MemberArn"]).arn in standing.channel.members
        )
    message = draw_message(call, standing)
    if message.persistence == "PERSISTENT":
        standing.channel.messages.put(message.id, message)
        standing.channel.last_message_at = message.created_at
    return {"ChannelArn": standing.channel.arn, "MessageId": message.id, "Status": SENT}


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


def write_moment(seconds: float) -> str:
    return f"{round(seconds * 1000):0{DIGITS_OF_TIME}x}"


def refuse_excess(call: Call, message_type: str) -> None:
    """Limits that the models do not tell, in bytes of UTF-8."""
    if size(call["Content"]) > LARGEST_CONTENT[message_type]:
        raise bad_request(
            f"The content of a {message_type} message can't exceed {LARGEST_CONTENT[message_type]} bytes."
        )
    if message_type == "CONTROL" and call.get("Metadata"):
        raise bad_request("A CONTROL message can't have metadata.")
    if size(call.get("Metadata", "")) > LARGEST_METADATA:
        raise bad_request(f"The metadata of a message can't exceed {LARGEST_METADATA} bytes.")
    if size_of_attributes(call.get("MessageAttributes", {})) > LARGEST_ATTRIBUTES:
        raise bad_request(f"The attributes of a message can't exceed {LARGEST_ATTRIBUTES} bytes.")


def size(text: str) -> int:
    return len(text.encode())


def size_of_attributes(attributes: dict[str, Any]) -> int:
    return sum(size(name) + sum(map(size, value.get("StringValues", []))) for name, value in attributes.items())


def get_channel_message(call: Call) -> Members:
    refuse_sub_channels(call)
    standing = stand_as_reader(call)
    message = find_message(call, standing)
    described = {
        **summarise_message(message),
        "ChannelArn": standing.channel.arn,
        "Persistence": message.persistence,
    }
    return {"ChannelMessage": described}


def list_channel_messages(call: Call) -> Members:
    refuse_sub_channels(call)
    standing = stand_as_reader(call)
    found, token = page(
        call,
        standing.channel.messages,
        keep=lambda message: is_visible(message, standing),
        low=write_moment(max(call.get("NotBefore", 0), forgets_before(call, standing))),
        high=write_moment(call["NotAfter"]) + "~" if "NotAfter" in call.members else "~",
        descending=call.get("SortOrder", "DESCENDING") == "DESCENDING",
    )
    messages = [summarise_message(message) for message in found]
    return {"ChannelArn": standing.channel.arn, "ChannelMessages": messages, "NextToken": token}


def update_channel_message(call: Call) -> Members:
    refuse_sub_channels(call)
    standing, message = find_message_to_change(call)
    insist(standing, allowed=message.sender["Arn"] == standing.bearer.arn)
    refuse_excess(call, message.type)
    if message.redacted:
        raise conflict("The message is redacted.")
    message.content = call["Content"]
    message.metadata = call.get("Metadata", message.metadata)
    message.content_type = call.get("ContentType", message.content_type)
    message.edited_at = message.updated_at = call.now
    return {"ChannelArn": standing.channel.arn, "MessageId": message.id, "Status": SENT}


def redact_channel_message(call: Call) -> Members:
    """The message stays, and what it said is gone."""
    refuse_sub_channels(call)
    standing, message = find_message_to_change(call)
    insist(standing, allowed=standing.moderates or message.sender["Arn"] == standing.bearer.arn)
    message.content, message.metadata, message.attributes, message.redacted = "", None, None, True
    message.updated_at = call.now
    return {"ChannelArn": standing.channel.arn, "MessageId": message.id}


def delete_channel_message(call: Call) -> Members:
    refuse_sub_channels(call)
    standing = stand(call)
    insist(standing, allowed=standing.is_admin)
    standing.channel.messages.remove(find_message(call, standing).id)
    return {}


def find_message_to_change(call: Call) -> tuple[Standing, Message]:
    """Who has left the channel has no say any more in what they wrote there."""
    standing = stand(call)
    insist(standing, allowed=standing.moderates or standing.membership is not None)
    return standing, find_message(call, standing)


def find_message(call: Call, standing: Standing) -> Message:
    message = standing.channel.messages.get(call["MessageId"])
    if message is None or not is_visible(message, standing) or message.created_at < forgets_before(call, standing):
        raise not_found("The channel has no such message.")
    return message


def forgets_before(call: Call, standing: Standing) -> float:
    return forgotten_before(standing.app_instance, call.world.behaviour, call.now)


def is_visible(message: Message, standing: Standing) -> bool:
    """A targeted message is for its sender and its target alone."""
    if not message.target:
        return True
    return standing.bearer.arn in (message.sender["Arn"], message.target[0]["MemberArn"])


def summarise_message(message: Message) -> Members:
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
        "Status": SENT,
        "MessageAttributes": message.attributes,
        "ContentType": message.content_type,
        "Target": message.target,
    }


def get_messaging_session_endpoint(call: Call) -> Members:
    """A bare host, as clients put the scheme and the path to it themselves."""
    return {"Endpoint": {"Url": call.host}}


SERVED = {
    "SendChannelMessage": Service((the_bearer, the_channel), send_channel_message),
    "GetChannelMessage": Service((the_bearer, the_channel), get_channel_message),
    "ListChannelMessages": Service((the_bearer, the_channel), list_channel_messages),
    "UpdateChannelMessage": Service((the_bearer, the_channel), update_channel_message),
    "RedactChannelMessage": Service((the_bearer, the_channel), redact_channel_message),
    "DeleteChannelMessage": Service((the_bearer, the_channel), delete_channel_message),
    "GetMessagingSessionEndpoint": Service((anything,), get_messaging_session_endpoint),
}
