"""What a client that asks for it is told right after connecting, so that it need not ask for its channels one by one.

https://docs.aws.amazon.com/chime-sdk/latest/dg/websockets.html
"""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Any

from localaws.chime.arns import USER_ARN, app_instance_of
from localaws.chime.identity.retention import forgotten_before
from localaws.chime.lookup import identify
from localaws.chime.messaging.descriptions import summarise_channel, summarise_message
from localaws.chime.messaging.moments import write_moment
from localaws.chime.messaging.visibility import find_last_message, is_visible
from localaws.live.frames import shape_members, write_frame, write_time
from localaws.state.shelf import Shelf, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localaws.call import Call
    from localaws.chime.rows import AppInstance, Channel, Membership, Room

MOST_CHANNELS, MOST_MESSAGES, MOST_MEMBERS = 50, 20, 30


def prefetch(call: Call) -> Iterator[str]:
    """Frames, each as its channel stands when its turn has come. By then the user may have left it."""
    user_arn = call["UserArn"]
    for channel in choose_channels(call, user_arn):
        room = find_room(channel, user_arn)
        if room:
            yield write_details(call, channel, room)


def choose_channels(call: Call, user_arn: str) -> list[Channel]:
    """Those with unread messages first, unless the client wants otherwise, and then those with the newest ones."""
    unread_first = call.get("PrefetchSortBy", "unread") == "unread"

    def rank(channel: Channel) -> tuple[bool, float]:
        last = find_last_message(channel, user_arn)
        if last is None:
            return False, 0
        return unread_first and last.created_at > read_until(channel, user_arn), last.created_at

    return sorted(call.store.member_of.get(user_arn, Shelf()), key=rank, reverse=True)[:MOST_CHANNELS]


def read_until(channel: Channel, user_arn: str) -> float:
    room = find_room(channel, user_arn)
    return (room.members.rows[user_arn].read_at or 0) if room else 0


def find_room(channel: Channel, user_arn: str) -> Room | None:
    return next((room for room in channel.rooms if user_arn in room.members), None)


def write_details(call: Call, channel: Channel, room: Room) -> str:
    user_arn = call["UserArn"]
    app_instance = call.store.app_instances.rows[app_instance_of(user_arn, USER_ARN)]
    since = forgotten_before(app_instance, call.world.behaviour, time.time())
    span = Span(low=write_moment(since), descending=True)
    messages, rest = room.messages.page(span, MOST_MESSAGES, lambda message: is_visible(message, user_arn))
    listed = [shape_members(summarise_message(message), "ChannelMessageSummary") for message in messages]
    details = {
        "Channel": shape_members(summarise_channel(channel, user_arn), "ChannelSummary"),
        "ChannelMessages": listed,
        "ChannelMessagesHasMore": rest is not None,
        "ChannelMemberships": list_members(app_instance, room),
        **read_marker(room.members.rows[user_arn]),
    }
    return write_frame("CHANNEL_DETAILS", "SYSTEM", None, details)


def list_members(app_instance: AppInstance, room: Room) -> list[dict[str, Any]]:
    """Hidden members are hidden here, too."""
    shown = (membership.member_arn for membership in room.members if membership.type == "DEFAULT")
    return [{"Member": identify(app_instance, arn)} for arn in islice(shown, MOST_MEMBERS)]


def read_marker(membership: Membership) -> dict[str, Any]:
    return {} if membership.read_at is None else {"ReadMarkerTimestamp": write_time(membership.read_at)}
