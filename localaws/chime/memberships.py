"""Chime SDK messaging: members and moderators of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.lookup import find_person, identify
from localaws.chime.rows import Membership, Moderator
from localaws.chime.standing import insist, stand, stand_as_moderator, stand_as_reader
from localaws.state.paging import page
from localaws.wire.errors import AWSError, conflict, forbidden, not_found

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.standing import Standing


def create_channel_membership(call: Call) -> Members:
    refuse_sub_channels(call)
    standing = stand(call)
    person = find_person(standing.app_instance, call["MemberArn"])
    insist(standing, allowed=may_add(standing, person.arn, call["Type"]))
    if person.arn in standing.channel.members:
        raise conflict("The user is a member of the channel already.")
    membership = Membership(person.arn, call["Type"], standing.bearer.identity, call.now)
    call.store.add_member(standing.channel, membership)
    return {"ChannelArn": standing.channel.arn, "Member": person.identity}


def may_add(standing: Standing, person_arn: str, membership_type: str) -> bool:
    """Anybody joins a public channel by themselves; an unrestricted one lets its members bring others."""
    if standing.moderates:
        return True
    joins = person_arn == standing.bearer.arn and standing.channel.privacy == "PUBLIC"
    brings = standing.may_send and standing.channel.mode == "UNRESTRICTED"
    return membership_type == "DEFAULT" and (joins or brings)


def describe_channel_membership(call: Call) -> Members:
    refuse_sub_channels(call)
    standing = stand_as_reader(call)
    person = find_person(standing.app_instance, call["MemberArn"])
    membership = standing.channel.members.get(person.arn)
    if membership is None:
        raise not_found("The user is no member of the channel.")
    described = {
        "InvitedBy": membership.invited_by,
        "Type": membership.type,
        "Member": person.identity,
        "ChannelArn": standing.channel.arn,
        "CreatedTimestamp": membership.created_at,
        "LastUpdatedTimestamp": membership.created_at,
    }
    return {"ChannelMembership": described}


def list_channel_memberships(call: Call) -> Members:
    refuse_sub_channels(call)
    standing = stand_as_reader(call)
    wanted = call.get("Type", "DEFAULT")
    insist(standing, allowed=wanted == "DEFAULT" or standing.moderates)
    found, token = page(call, standing.channel.members, keep=lambda membership: membership.type == wanted)
    members = [{"Member": identify(standing.app_instance, membership.member_arn)} for membership in found]
    return {"ChannelArn": standing.channel.arn, "ChannelMemberships": members, "NextToken": token}


def delete_channel_membership(call: Call) -> Members:
    refuse_sub_channels(call)
    standing = stand(call)
    insist(standing, allowed=standing.moderates or call["MemberArn"] == standing.bearer.arn)
    if call.store.remove_member(standing.channel, call["MemberArn"]) is None:
        raise forbidden("The user is no member of the channel.")
    return {}


def create_channel_moderator(call: Call) -> Members:
    standing = stand_as_moderator(call)
    person = find_person(standing.app_instance, call["ChannelModeratorArn"])
    if person.arn in standing.channel.moderators:
        raise conflict("The user is a moderator of the channel already.")
    call.store.add_moderator(standing.channel, Moderator(person.arn, standing.bearer.identity, call.now))
    return {"ChannelArn": standing.channel.arn, "ChannelModerator": person.identity}


def describe_channel_moderator(call: Call) -> Members:
    standing = stand_as_moderator(call)
    moderator = standing.channel.moderators.get(call["ChannelModeratorArn"])
    if moderator is None:
        raise not_found("The user is no moderator of the channel.")
    described = {
        "Moderator": identify(standing.app_instance, moderator.moderator_arn),
        "ChannelArn": standing.channel.arn,
        "CreatedTimestamp": moderator.created_at,
        "CreatedBy": moderator.created_by,
    }
    return {"ChannelModerator": described}


def list_channel_moderators(call: Call) -> Members:
    standing = stand_as_moderator(call)
    found, token = page(call, standing.channel.moderators)
    moderators = [{"Moderator": identify(standing.app_instance, moderator.moderator_arn)} for moderator in found]
    return {"ChannelArn": standing.channel.arn, "ChannelModerators": moderators, "NextToken": token}


def delete_channel_moderator(call: Call) -> Members:
    standing = stand_as_moderator(call)
    if call.store.remove_moderator(standing.channel, call["ChannelModeratorArn"]) is None:
        raise forbidden("The user is no moderator of the channel.")
    return {}


def refuse_sub_channels(call: Call) -> None:
    if call.get("SubChannelId"):
        raise AWSError("NotServedHereException", "Elastic channels and their sub-channels are not served here.")


SERVED = {
    "CreateChannelMembership": Service((the_bearer, the_channel), create_channel_membership),
    "DescribeChannelMembership": Service((the_bearer, the_channel), describe_channel_membership),
    "ListChannelMemberships": Service((the_bearer, the_channel), list_channel_memberships),
    "DeleteChannelMembership": Service((the_bearer, the_channel), delete_channel_membership),
    "CreateChannelModerator": Service((the_bearer, the_channel), create_channel_moderator),
    "DescribeChannelModerator": Service((the_bearer, the_channel), describe_channel_moderator),
    "ListChannelModerators": Service((the_bearer, the_channel), list_channel_moderators),
    "DeleteChannelModerator": Service((the_bearer, the_channel), delete_channel_moderator),
}
