"""Chime SDK messaging: which messages a member wants to be pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.messaging.filter_rules import refuse_bad_rule
from localaws.chime.messaging.standing import insist, refuse_elastic, stand
from localaws.wire.errors import bad_request, forbidden

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.messaging.standing import Standing
    from localaws.chime.rows import Membership

AT_FIRST: dict[str, Any] = {"PushNotifications": {"AllowNotifications": "ALL"}}


def put_channel_membership_preferences(call: Call) -> Members:
    standing, membership = find_own_membership(call)
    push = call["Preferences"].get("PushNotifications", {})
    if "FilterRule" in push:
        refuse_bad_rule(push["FilterRule"])
    elif push.get("AllowNotifications") == "FILTERED":
        raise bad_request("The FilterRule is missing, by which notifications are FILTERED.")
    membership.preferences, membership.updated_at = call["Preferences"], call.now
    standing.channel.members.put(membership.member_arn, membership)
    return tell_preferences(standing, membership)


def get_channel_membership_preferences(call: Call) -> Members:
    return tell_preferences(*find_own_membership(call))


def find_own_membership(call: Call) -> tuple[Standing, Membership]:
    """Nobody, not even an admin, has a say in what somebody else is told."""
    standing = stand(call)
    insist(standing, allowed=call["MemberArn"] == standing.bearer.arn)
    refuse_elastic(standing.channel)
    if standing.membership is None:
        raise forbidden("The user is no member of the channel.")
    return standing, standing.membership


def tell_preferences(standing: Standing, membership: Membership) -> Members:
    return {
        "ChannelArn": standing.channel.arn,
        "Member": standing.bearer.identity,
        "Preferences": membership.preferences or AT_FIRST,
    }


SERVED = {
    "PutChannelMembershipPreferences": Service((the_bearer, the_channel), put_channel_membership_preferences),
    "GetChannelMembershipPreferences": Service((the_bearer, the_channel), get_channel_membership_preferences),
}
