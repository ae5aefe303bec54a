"""Chime SDK messaging: members of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.lookup import find_person, identify
from localaws.chime.messaging.admission import admit, dismiss, dismiss_everywhere, insist_on_adding
from localaws.chime.messaging.descriptions import describe_membership, describe_memberships
from localaws.chime.messaging.news import tell_of_batch, tell_of_membership
from localaws.chime.messaging.standing import find_room, insist, moderates, stand, stand_as_listener, stand_as_reader
from localaws.chime.rows import Place
from localaws.state.paging import page
from localaws.state.shelf import Shelf
from localaws.wire.errors import AWSError, bad_request, forbidden, not_found

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.messaging.standing import Standing
    from localaws.chime.rows import Membership, Room

CREATED = "CREATE_CHANNEL_MEMBERSHIP"


def create_channel_membership(call: Call) -> Members:
    standing = stand(call)
    insist_on_adding(standing, [call["MemberArn"]], call["Type"])
    refuse_sub_channel_of_plain(call, standing)
    room, membership = admit(call, standing, call["MemberArn"])
    place = Place(standing.app_instance, standing.channel, room)
    tell_of_membership(call.world, CREATED, place, membership)
    member = identify(standing.app_instance, membership.member_arn)
    return {"ChannelArn": standing.channel.arn, "Member": member, "SubChannelId": room.sub_channel_id}


def batch_create_channel_membership(call: Call) -> Members:
    """Who can't be added does not stop the others."""
    standing = stand(call)
    insist_on_adding(standing, call["MemberArns"], call.get("Type", "DEFAULT"))
    refuse_sub_channel_of_plain(call, standing)
    added: list[tuple[Room, Membership]] = []
    errors = []
    for arn in call["MemberArns"]:
        try:
            added.append(admit(call, standing, arn))
        except AWSError as error:
            code = error.code.removesuffix("Exception")
            errors.append({"MemberArn": arn, "ErrorCode": code, "ErrorMessage": error.message})
    return {"BatchChannelMemberships": tell_of_all(call, standing, added), "Errors": errors}


def tell_of_all(call: Call, standing: Standing, added: list[tuple[Room, Membership]]) -> Members | None:
    """In an elastic channel one by one, as everybody may be somewhere else."""
    if not added:
        return None
    if standing.channel.elastic is None:
        tell_of_batch(call.world, standing.place, [membership for _, membership in added])
    else:
        for room, membership in added:
            tell_of_membership(call.world, CREATED, Place(standing.app_instance, standing.channel, room), membership)
    first = Place(standing.app_instance, standing.channel, added[0][0])
    return describe_memberships(first, [membership for _, membership in added])


def describe_channel_membership(call: Call) -> Members:
    standing = stand_as_reader(call)
    rooms = standing.rooms
    if call.get("SubChannelId"):
        rooms = [find_room(standing.channel, call["SubChannelId"])]
    person = find_person(standing.app_instance, call["MemberArn"])
    room = next((room for room in rooms if person.arn in room.members), None)
    if room is None or not may_know(standing, room.members.rows[person.arn]):
        raise not_found("The user is no member of the channel.")
    place = Place(standing.app_instance, standing.channel, room)
    return {"ChannelMembership": describe_membership(place, room.members.rows[person.arn])}


def may_know(standing: Standing, membership: Membership) -> bool:
    """Hidden members are known to moderators, and to themselves."""
    return membership.type == "DEFAULT" or standing.moderates or membership.member_arn == standing.bearer.arn


def list_channel_memberships(call: Call) -> Members:
    standing = stand_as_listener(call) if "SubChannelId" in call.members else stand_as_reader(call)
    wanted = call.get("Type", "DEFAULT")
    insist(standing, allowed=wanted == "DEFAULT" or standing.moderates)
    found, token = page(call, list_members(standing), keep=lambda membership: membership.type == wanted)
    members = [{"Member": identify(standing.app_instance, membership.member_arn)} for membership in found]
    return {"ChannelArn": standing.channel.arn, "ChannelMemberships": members, "NextToken": token}


def list_members(standing: Standing) -> Shelf[Membership]:
    """Of an elastic channel as a whole, moderators see all members, and others those of their own sub-channels."""
    if len(standing.rooms) == 1 and standing.may_listen:
        return standing.room.members
    seen = [room for room in standing.rooms if standing.moderates or standing.bearer.arn in room.members]
    return Shelf({membership.member_arn: membership for room in seen for membership in room.members})


def delete_channel_membership(call: Call) -> Members:
    """Of an elastic channel, moderators can be taken from one sub-channel; all others are in one only."""
    standing = stand(call)
    arn = call["MemberArn"]
    insist(standing, allowed=standing.moderates or arn == standing.bearer.arn)
    refuse_sub_channel_of_plain(call, standing)
    if call.get("SubChannelId"):
        if not moderates(standing.app_instance, standing.channel, arn):
            raise bad_request("The sub-channel of a member who is no moderator can't be chosen.")
        room = find_room(standing.channel, call["SubChannelId"])
        dismissed = dismiss(call.world, Place(standing.app_instance, standing.channel, room), arn, call.now)
    else:
        dismissed = dismiss_everywhere(call.world, standing, arn, call.now)
    if dismissed is None:
        raise forbidden("The user is no member of the channel.")
    return {}


def refuse_sub_channel_of_plain(call: Call, standing: Standing) -> None:
    if standing.channel.elastic is None:
        find_room(standing.channel, call.get("SubChannelId"))


SERVED = {
    "CreateChannelMembership": Service((the_bearer, the_channel), create_channel_membership),
    "BatchCreateChannelMembership": Service((the_bearer, the_channel), batch_create_channel_membership),
    "DescribeChannelMembership": Service((the_bearer, the_channel), describe_channel_membership),
    "ListChannelMemberships": Service((the_bearer, the_channel), list_channel_memberships),
    "DeleteChannelMembership": Service((the_bearer, the_channel), delete_channel_membership),
}
