"""Who learns of what, on the sockets that they have open.

Admins and moderators are told nothing of a channel that they are no members of.
https://docs.aws.amazon.com/chime-sdk/latest/dg/websockets.html
https://docs.aws.amazon.com/chime-sdk/latest/dg/system-messages.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.chime.messaging.descriptions import (
    describe_channel,
    describe_membership,
    describe_memberships,
    describe_message,
)
from localaws.chime.messaging.standing import moderates
from localaws.live.hub import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localaws.call import World
    from localaws.chime.rows import Channel, Membership, Message, Place


def tell_of_message(world: World, happened: str, place: Place, message: Message) -> None:
    """All members of the room; of a targeted message its sender and its target, as far as they are members."""
    people: Iterable[str] = place.room.members.rows
    if message.target:
        people = [arn for arn in (message.sender["Arn"], message.target[0]["MemberArn"]) if arn in place.room.members]
    world.live.tell(people, message_event(happened, place, message))


def tell_sender(world: World, happened: str, place: Place, message: Message) -> None:
    """What becomes of a message in a channel flow is its sender's business."""
    world.live.tell([message.sender["Arn"]], message_event(happened, place, message))


def message_event(happened: str, place: Place, message: Message) -> Event:
    described = describe_message(place.channel, place.room, message)
    return Event(happened, "ChannelMessage", described, message_type=message.type)


def tell_of_channel(world: World, happened: str, channel: Channel) -> None:
    people = [arn for room in channel.rooms for arn in room.members.rows]
    world.live.tell(people, Event(happened, "Channel", describe_channel(channel)))


def tell_of_membership(
    world: World, happened: str, place: Place, membership: Membership, reason: str | None = None
) -> None:
    """The person concerned is told, too, when they are no member any more."""
    event = membership_event(happened, place, membership, reason)
    world.live.tell([*audience(place, membership.type), membership.member_arn], event)


def tell_of_move(world: World, place: Place, membership: Membership) -> None:
    """Nobody but the member learns of it."""
    world.live.tell([membership.member_arn], membership_event("UPDATE_CHANNEL_MEMBERSHIP", place, membership))


def membership_event(happened: str, place: Place, membership: Membership, reason: str | None = None) -> Event:
    return Event(happened, "ChannelMembership", describe_membership(place, membership), reason=reason)


def tell_of_batch(world: World, place: Place, memberships: list[Membership]) -> None:
    event = Event(
        "BATCH_CREATE_CHANNEL_MEMBERSHIP", "BatchChannelMemberships", describe_memberships(place, memberships)
    )
    people = audience(place, memberships[0].type)
    world.live.tell([*people, *(each.member_arn for each in memberships)], event)


def audience(place: Place, membership_type: str) -> Iterable[str]:
    """Who may know of a member: of a hidden one, only the members who moderate."""
    if membership_type == "DEFAULT":
        return place.room.members.rows
    return [arn for arn in place.room.members.rows if moderates(place.app_instance, place.channel, arn)]
