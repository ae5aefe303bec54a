"""Preferences of a membership.

https://docs.aws.amazon.com/chime-sdk/latest/dg/filter-msgs.html
"""

from __future__ import annotations

import json

import pytest

BOB_OR_NO_ROOM = {"$or": [{"mention": ["Bob"]}, {"type": [{"anything-but": ["Room"]}]}]}


@pytest.fixture
def messaging(cloud):
    return cloud.messaging()


@pytest.fixture
def own(messaging, acme) -> dict[str, str]:
    """Bob's membership of alice's channel."""
    made = messaging.create_channel(
        AppInstanceArn=acme.arn, Name="lobby", MemberArns=[acme["bob"]], ChimeBearer=acme["alice"]
    )
    return {"ChannelArn": made["ChannelArn"], "MemberArn": acme["bob"], "ChimeBearer": acme["bob"]}


def filtered(rule: object) -> dict[str, object]:
    text = rule if isinstance(rule, str) else json.dumps(rule)
    return {"PushNotifications": {"AllowNotifications": "FILTERED", "FilterRule": text}}


def test_everything_is_pushed_until_the_member_chooses(messaging, own):
    assert messaging.get_channel_membership_preferences(**own)["Preferences"] == {
        "PushNotifications": {"AllowNotifications": "ALL"}
    }
    put = messaging.put_channel_membership_preferences(**own, Preferences=filtered(BOB_OR_NO_ROOM))
    assert put["Member"]["Name"] == "Bob"
    assert put["Preferences"] == filtered(BOB_OR_NO_ROOM)
    assert messaging.get_channel_membership_preferences(**own)["Preferences"] == filtered(BOB_OR_NO_ROOM)


def test_preferences_are_the_members_own(messaging, acme, own, code):
    for who in ("alice", "dora"):
        others = {**own, "ChimeBearer": acme[who]}
        none = {"PushNotifications": {"AllowNotifications": "NONE"}}
        assert code(messaging.get_channel_membership_preferences, **others) == "ForbiddenException"
        assert code(messaging.put_channel_membership_preferences, **others, Preferences=none) == "ForbiddenException"
    stranger = {**own, "MemberArn": acme["dora"], "ChimeBearer": acme["dora"]}
    assert code(messaging.get_channel_membership_preferences, **stranger) == "ForbiddenException"


@pytest.mark.parametrize(
    "rule",
    [
        {"mention": ["Bob"]},
        {"type": [{"anything-but": ["Room"]}], "mention": ["Bob"]},
        {"$or": [{f"key{number}": ["v"]} for number in range(5)]},
        {"mention": [str(number) for number in range(19)]},
    ],
)
def test_rules_of_exact_matches_are_taken(messaging, own, rule):
    assert messaging.put_channel_membership_preferences(**own, Preferences=filtered(rule))


@pytest.mark.parametrize(
    "rule",
    [
        "mention=Bob",
        "[" * 2000,
        [],
        {},
        {"mention": "Bob"},
        {"mention": []},
        {"mention": [1]},
        {"mention": [{"prefix": "B"}]},
        {"mention": [{"anything-but": []}]},
        {"mention": [{"anything-but": "Bob"}]},
        {"$or": [{f"key{number}": ["v"]} for number in range(6)]},
        {"$or": []},
        {"$or": [{"$or": [{"a": ["b"]}]}]},
        {"mention": [str(number) for number in range(20)]},
        {"mention": ["x" * 2048]},
    ],
)
def test_other_rules_are_refused(messaging, own, code, rule):
    assert code(messaging.put_channel_membership_preferences, **own, Preferences=filtered(rule)) == (
        "BadRequestException"
    )


def test_filtering_needs_a_rule(messaging, own, code):
    wish = {"PushNotifications": {"AllowNotifications": "FILTERED"}}
    assert code(messaging.put_channel_membership_preferences, **own, Preferences=wish) == "BadRequestException"
