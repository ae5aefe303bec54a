"""How people come into a channel and out of it, whoever asked for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from localaws.chime.lookup import find_person
from localaws.chime.messaging import elastic
from localaws.chime.messaging.news import tell_of_membership
from localaws.chime.rows import Membership, Place
from localaws.trouble.amounts import MEMBERSHIPS_OF_CHANNEL, MEMBERSHIPS_OF_USER
from localaws.wire.errors import conflict, forbidden

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localaws.call import Call, World
    from localaws.chime.messaging.standing import Standing
    from localaws.chime.rows import AppInstance, Room


def insist_on_adding(standing: Standing, people: Iterable[str], membership_type: str) -> None:
    if not all(may_add(standing, arn, membership_type) for arn in people):
        raise forbidden("The bearer's role in the channel does not allow to add this member.")


def may_add(standing: Standing, person_arn: str, membership_type: str) -> bool:
    """Anybody joins a public channel by themselves; an unrestricted one lets its members bring others."""
    if standing.moderates:
        return True
    joins = person_arn == standing.bearer.arn and standing.channel.privacy == "PUBLIC"
    brings = standing.may_send and standing.channel.mode == "UNRESTRICTED"
    return membership_type == "DEFAULT" and (joins or brings)


def admit(call: Call, standing: Standing, arn: str) -> tuple[Room, Membership]:
    """Makes a member of somebody, without a word to anybody. Raises AWSError."""
    channel = standing.channel
    person = find_person(standing.app_instance, arn)
    if person.arn in channel.bans:
        raise forbidden("The user is banned from the channel.")
    room: Room = channel
    if channel.elastic is not None:
        room = elastic.choose_room(call, standing, person.arn)
    if person.arn in room.members:
        raise conflict("The user is a member of the channel already.")
    if channel.elastic is None:
        call.world.quotas.refuse_excess(MEMBERSHIPS_OF_CHANNEL, len(channel.members) + 1)
    refuse_one_membership_more(call, person.arn)
    membership = Membership(person.arn, call.get("Type", "DEFAULT"), standing.bearer.identity, call.now, call.now)
    call.store.add_member(channel, membership, room)
    return room, membership


def refuse_one_membership_more(call: Call, arn: str) -> None:
    call.world.quotas.refuse_excess(MEMBERSHIPS_OF_USER, len(call.store.member_of.get(arn, ())) + 1)


def dismiss(world: World, place: Place, arn: str, now: float) -> Membership | None:
    """Out of one room. Tells those who stay and who went, and brings together those who are too few now."""
    membership = world.store.remove_member(place.channel, arn, place.room)
    if membership:
        tell_of_membership(world, "DELETE_CHANNEL_MEMBERSHIP", place, membership)
        elastic.scale_in(world, place, now)
    return membership


def dismiss_everywhere(world: World, standing: Standing, arn: str, now: float) -> Membership | None:
    """Out of every room of the channel."""
    places = [Place(standing.app_instance, standing.channel, room) for room in standing.channel.rooms]
    dismissed = [dismiss(world, place, arn, now) for place in places if arn in place.room.members]
    return next((membership for membership in dismissed if membership), None)


def leave_channels(world: World, app_instance: AppInstance, arn: str) -> None:
    """Somebody who was deleted. Bans end with them, as CreateChannelBan has it."""
    now = round(time.time(), 3)
    for channel in list(world.store.member_of.get(arn, ())):
        for room in channel.rooms:
            dismiss(world, Place(app_instance, channel, room), arn, now)
    world.store.leave_channels(arn)
