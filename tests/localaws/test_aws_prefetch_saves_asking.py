from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.localaws.cloud import build_house
from tests.localaws.listening import listening, open_channel, say


@pytest.fixture
def house(cloud):
    return build_house(cloud, "hooli", ["alice", "bob", "hidden"])


def prefetched(cloud, house, count: int, **wishes: str):
    """What alice is told about her channels when she connects, and that it is no more than this."""
    wanted = {"prefetch-on": "connect", **wishes}
    with listening(cloud, house["alice"], **wanted) as alice:
        details = [alice.hear() for _ in range(count)]
        say(cloud, open_channel(cloud, house, "alice"), house["alice"], "the end")
        last = alice.hear_until("the end")
    assert {each.type for each in details} == ({"CHANNEL_DETAILS"} if count else set())
    assert {each.message_type for each in details} == ({"SYSTEM"} if count else set())
    assert "CHANNEL_DETAILS" not in {each.type for each in last}
    return [each.payload for each in details]


def test_who_does_not_ask_is_not_told(cloud, house):
    channel = open_channel(cloud, house, "alice")
    with listening(cloud, house["alice"]) as alice:
        say(cloud, channel, house["alice"], "hello")
        assert alice.hear().type == "CREATE_CHANNEL_MESSAGE"


def test_who_has_no_channel_is_told_nothing(cloud, house):
    open_channel(cloud, house, "bob")
    assert prefetched(cloud, house, 0) == []


def test_a_channel_comes_with_messages_members_and_the_read_marker(cloud, house):
    channel = open_channel(cloud, house, "alice", "bob")
    chime = cloud.messaging()
    chime.create_channel_membership(
        ChannelArn=channel, MemberArn=house["hidden"], Type="HIDDEN", ChimeBearer=house["alice"]
    )
    messages = [say(cloud, channel, house["bob"], text) for text in ("one", "two")]
    chime.update_channel_read_marker(ChannelArn=channel, ChimeBearer=house["alice"])
    say(cloud, channel, house["bob"], "not for alice", Target=[{"MemberArn": house["bob"]}])
    (details,) = prefetched(cloud, house, 1)
    assert details["Channel"]["ChannelArn"] == channel
    assert details["Channel"]["Privacy"] == "PRIVATE"
    assert [message["MessageId"] for message in details["ChannelMessages"]] == messages[::-1]
    assert details["ChannelMessages"][0]["Content"] == "two"
    assert details["ChannelMessages"][0]["Sender"] == {"Arn": house["bob"], "Name": "Bob"}
    assert details["ChannelMessagesHasMore"] is False
    members = [each["Member"] for each in details["ChannelMemberships"]]
    assert members == [{"Arn": house["alice"], "Name": "Alice"}, {"Arn": house["bob"], "Name": "Bob"}]
    age = datetime.now(UTC) - datetime.fromisoformat(details["ReadMarkerTimestamp"])
    assert 0 <= age.total_seconds() < 60


def test_there_are_so_many_messages_and_members_in_it(cloud):
    house = build_house(cloud, "hooli", ["alice", *(f"user{number}" for number in range(30))])
    channel = open_channel(cloud, house, *house.people)
    for number in range(21):
        say(cloud, channel, house["alice"], str(number))
    (details,) = prefetched(cloud, house, 1)
    assert [message["Content"] for message in details["ChannelMessages"]] == [str(n) for n in range(20, 0, -1)]
    assert details["ChannelMessagesHasMore"] is True
    assert len(details["ChannelMemberships"]) == 30
    assert "ReadMarkerTimestamp" not in details


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ({}, ["unread", "older unread", "read", "silent"]),
        ({"prefetch-sort-by": "unread"}, ["unread", "older unread", "read", "silent"]),
        ({"prefetch-sort-by": "last-message-timestamp"}, ["read", "unread", "older unread", "silent"]),
    ],
    ids=["default", "unread", "last message"],
)
def test_the_channels_come_in_order(cloud, house, wish, order):
    channels = {name: open_channel(cloud, house, "alice", "bob", name=name) for name in sorted(order)}
    for name in ("older unread", "unread", "read"):
        say(cloud, channels[name], house["bob"], "hello")
    cloud.messaging().update_channel_read_marker(ChannelArn=channels["read"], ChimeBearer=house["alice"])
    assert [each["Channel"]["Name"] for each in prefetched(cloud, house, 4, **wish)] == order


def test_there_are_fifty_channels_at_most(cloud, house):
    for number in range(51):
        open_channel(cloud, house, "alice", name=f"channel {number}")
    assert len(prefetched(cloud, house, 50)) == 50


def test_forgotten_messages_stay_forgotten(cloud, house):
    channel = open_channel(cloud, house, "alice")
    say(cloud, channel, house["alice"], "long ago")
    cloud.identity().put_app_instance_retention_settings(
        AppInstanceArn=house.arn, AppInstanceRetentionSettings={"ChannelRetentionSettings": {"RetentionDays": 1}}
    )
    cloud.control("PUT", "behaviour", {"DayLength": 0})
    try:
        (details,) = prefetched(cloud, house, 1)
    finally:
        cloud.control("DELETE", "behaviour")
    assert details["ChannelMessages"] == []
