"""Who hears of what on the socket. That somebody hears nothing is seen by what they hear next."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

import pytest

from tests.localaws.cloud import build_house
from tests.localaws.listening import listening, open_channel, say

PEOPLE = ["alice", "bob", "hidden", "mona", "dora", "elsewhere"]


@pytest.fixture
def house(cloud):
    """Dora is an admin and no member of anything."""
    house = build_house(cloud, "hooli", PEOPLE)
    cloud.identity().create_app_instance_admin(AppInstanceArn=house.arn, AppInstanceAdminArn=house["dora"])
    return house


@pytest.fixture
def channel(cloud, house) -> str:
    """Alice, bob and, hidden, somebody else are members; mona only moderates."""
    arn = open_channel(cloud, house, "alice", "bob")
    chime, founder = cloud.messaging(), house["alice"]
    chime.create_channel_membership(ChannelArn=arn, MemberArn=house["hidden"], Type="HIDDEN", ChimeBearer=founder)
    chime.create_channel_moderator(ChannelArn=arn, ChannelModeratorArn=house["mona"], ChimeBearer=founder)
    return arn


@pytest.fixture
def ears(cloud, house, channel):
    """All are connected."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(listening(cloud, house[name])) for name in PEOPLE}


@pytest.fixture
def heard(cloud, house, channel, ears):
    """What each of them has heard until, for each, something that only they hear."""

    def collect():
        chime = cloud.messaging()
        found = {}
        for name in PEOPLE:
            own = chime.create_channel(AppInstanceArn=house.arn, Name=name, ChimeBearer=house[name])["ChannelArn"]
            say(cloud, own, house[name], "the end")
            events = [each for each in ears[name].hear_until("the end") if each.payload["ChannelArn"] != own]
            if events:
                found[name] = [event.type for event in events]
                assert {event.payload["ChannelArn"] for event in events} == {channel}
        return found

    return collect


MEMBERS = ("alice", "bob", "hidden")


def hear(people: tuple[str, ...], *event_types: str) -> dict[str, list[str]]:
    return {name: list(event_types) for name in people}


def test_a_message_reaches_all_members_and_nobody_else(cloud, house, channel, heard):
    say(cloud, channel, house["alice"], "hello")
    assert heard() == hear(MEMBERS, "CREATE_CHANNEL_MESSAGE")


def test_what_becomes_of_it_does_so_too(cloud, house, channel, heard):
    chime = cloud.messaging()
    message = {"ChannelArn": channel, "MessageId": say(cloud, channel, house["alice"], "hello")}
    chime.update_channel_message(**message, Content="hi", ChimeBearer=house["alice"])
    chime.redact_channel_message(**message, ChimeBearer=house["alice"])
    chime.delete_channel_message(**message, ChimeBearer=house["dora"])
    steps = [f"{verb}_CHANNEL_MESSAGE" for verb in ("CREATE", "UPDATE", "REDACT", "DELETE")]
    assert heard() == hear(MEMBERS, *steps)


def test_a_targeted_message_is_between_two(cloud, house, channel, heard):
    say(cloud, channel, house["alice"], "psst", Target=[{"MemberArn": house["bob"]}])
    assert heard() == hear(("alice", "bob"), "CREATE_CHANNEL_MESSAGE")


def test_members_hear_of_members(cloud, house, channel, heard):
    chime, alice = cloud.messaging(), house["alice"]
    who = {"ChannelArn": channel, "MemberArn": house["elsewhere"]}
    chime.create_channel_membership(**who, Type="DEFAULT", ChimeBearer=alice)
    chime.delete_channel_membership(**who, ChimeBearer=alice)
    assert heard() == hear((*MEMBERS, "elsewhere"), "CREATE_CHANNEL_MEMBERSHIP", "DELETE_CHANNEL_MEMBERSHIP")


def test_who_comes_together_is_told_of_together(cloud, house, channel, heard):
    cloud.messaging().batch_create_channel_membership(
        ChannelArn=channel, MemberArns=[house["elsewhere"], house["mona"]], ChimeBearer=house["alice"]
    )
    assert heard() == hear((*MEMBERS, "elsewhere", "mona"), "BATCH_CREATE_CHANNEL_MEMBERSHIP")


def test_of_a_hidden_member_only_those_hear_who_may_see_one(cloud, house, channel, heard):
    cloud.messaging().create_channel_membership(
        ChannelArn=channel, MemberArn=house["elsewhere"], Type="HIDDEN", ChimeBearer=house["alice"]
    )
    assert heard() == hear(("alice", "elsewhere"), "CREATE_CHANNEL_MEMBERSHIP")


def test_who_has_left_hears_no_more(cloud, house, channel, heard):
    cloud.messaging().delete_channel_membership(ChannelArn=channel, MemberArn=house["bob"], ChimeBearer=house["bob"])
    say(cloud, channel, house["alice"], "at last")
    gone, said = "DELETE_CHANNEL_MEMBERSHIP", "CREATE_CHANNEL_MESSAGE"
    assert heard() == {**hear(("alice", "hidden"), gone, said), "bob": [gone]}


def test_members_hear_of_the_channel(cloud, house, channel, heard):
    cloud.messaging().update_channel(ChannelArn=channel, Name="new", ChimeBearer=house["mona"])
    assert heard() == hear(MEMBERS, "UPDATE_CHANNEL")


def test_members_hear_the_end_of_the_channel(cloud, house, channel, heard):
    cloud.messaging().delete_channel(ChannelArn=channel, ChimeBearer=house["mona"])
    assert heard() == hear(MEMBERS, "DELETE_CHANNEL")


def test_a_message_is_told_as_it_is_kept(cloud, house, channel, ears):
    message = say(cloud, channel, house["alice"], "hello", Metadata="m", ContentType="text/plain")
    told = ears["bob"].hear()
    assert (told.type, told.message_type) == ("CREATE_CHANNEL_MESSAGE", "STANDARD")
    kept = cloud.messaging().get_channel_message(ChannelArn=channel, MessageId=message, ChimeBearer=house["bob"])
    assert {name: read(name, value) for name, value in told.payload.items()} == kept["ChannelMessage"]


def read(name: str, value):
    return datetime.fromisoformat(value) if name.endswith("Timestamp") else value


def test_a_control_message_says_so(cloud, house, channel, ears):
    say(cloud, channel, house["alice"], "typing", Type="CONTROL", Persistence="NON_PERSISTENT")
    told = ears["bob"].hear()
    assert (told.type, told.message_type) == ("CREATE_CHANNEL_MESSAGE", "CONTROL")
    assert told.payload["Persistence"] == "NON_PERSISTENT"


def test_what_the_system_tells_says_so(cloud, house, channel, ears):
    cloud.messaging().update_channel(ChannelArn=channel, Name="new", ChimeBearer=house["alice"])
    told = ears["bob"].hear()
    assert (told.message_type, told.payload["Name"]) == ("SYSTEM", "new")
    assert datetime.fromisoformat(told.payload["CreatedTimestamp"]).tzinfo
