"""Which messages of a room somebody sees who may listen there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.state.shelf import Span

if TYPE_CHECKING:
    from localaws.chime.rows import Channel, Message, Room

BACKWARDS = Span(descending=True)


def is_visible(message: Message, viewer: str) -> bool:
    """A targeted message is for its sender and its target alone; one in a channel flow is still its sender's."""
    if message.sender["Arn"] == viewer:
        return True
    if message.status != "SENT":
        return False
    return not message.target or message.target[0]["MemberArn"] == viewer


def find_last_message(channel: Channel, viewer: str) -> Message | None:
    """The last one that was sent and can be seen, wherever in the channel the viewer is."""
    rooms = channel.rooms
    own = [room for room in rooms if viewer in room.members]
    found = [message for room in own or rooms if (message := find_last_in(room, viewer))]
    return max(found, key=lambda message: message.created_at, default=None)


def find_last_in(room: Room, viewer: str) -> Message | None:
    newest_first = (room.messages.rows[key] for key in BACKWARDS.walk(room.messages.keys))
    return next((each for each in newest_first if each.status == "SENT" and is_visible(each, viewer)), None)
