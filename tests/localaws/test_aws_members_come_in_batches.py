from __future__ import annotations

import pytest

from tests.localaws.cloud import build_house
from tests.localaws.listening import listening


@pytest.fixture
def messaging(cloud):
    return cloud.messaging()


@pytest.fixture
def house(cloud):
    return build_house(cloud, "many", ["alice", "bob", "carol", "dave", "erin"])


@pytest.fixture
def room(messaging, house) -> dict[str, str]:
    """A private channel of alice's, in which bob is and from which dave is banned."""
    made = messaging.create_channel(
        AppInstanceArn=house.arn,
        Name="room",
        Privacy="PRIVATE",
        Mode="UNRESTRICTED",
        MemberArns=[house["bob"]],
        ChimeBearer=house["alice"],
    )
    here = {"ChannelArn": made["ChannelArn"], "ChimeBearer": house["alice"]}
    messaging.create_channel_ban(**here, MemberArn=house["dave"])
    return here


def test_who_can_be_added_is_and_the_others_are_told_apart(messaging, house, room):
    ghost = f"{house.arn}/user/ghost"
    people = [house["carol"], house["dave"], house["bob"], ghost, house["erin"]]
    answer = messaging.batch_create_channel_membership(**room, MemberArns=people)
    added = answer["BatchChannelMemberships"]
    assert [each["Name"] for each in added["Members"]] == ["Carol", "Erin"]
    assert (added["Type"], added["InvitedBy"]["Name"], added["ChannelArn"]) == ("DEFAULT", "Alice", room["ChannelArn"])
    errors = {each["MemberArn"]: each["ErrorCode"] for each in answer["Errors"]}
    assert errors == {house["dave"]: "Forbidden", house["bob"]: "Conflict", ghost: "Forbidden"}
    assert all(each["ErrorMessage"] for each in answer["Errors"])
    members = messaging.list_channel_memberships(**room)["ChannelMemberships"]
    assert [each["Member"]["Name"] for each in members] == ["Alice", "Bob", "Carol", "Erin"]


def test_members_bring_others_to_an_unrestricted_channel_but_hide_nobody(messaging, house, room, code):
    as_bob = {**room, "ChimeBearer": house["bob"]}
    batch = messaging.batch_create_channel_membership
    assert code(batch, **as_bob, MemberArns=[house["carol"]], Type="HIDDEN") == "ForbiddenException"
    assert batch(**as_bob, MemberArns=[house["carol"]])["Errors"] == []
    assert code(batch, **{**room, "ChimeBearer": house["erin"]}, MemberArns=[house["erin"]]) == "ForbiddenException"


def test_a_batch_that_adds_nobody_says_only_why(messaging, house, room):
    answer = messaging.batch_create_channel_membership(**room, MemberArns=[house["dave"]])
    assert "BatchChannelMemberships" not in answer
    assert len(answer["Errors"]) == 1


def test_a_batch_is_of_one_to_a_hundred(messaging, house, room, code):
    people = [f"{house.arn}/user/u{number}" for number in range(101)]
    assert code(messaging.batch_create_channel_membership, **room, MemberArns=people) == "BadRequestException"
    assert len(messaging.batch_create_channel_membership(**room, MemberArns=people[:100])["Errors"]) == 100


def test_members_are_told_once_of_all(cloud, messaging, house, room):
    with listening(cloud, house["bob"]) as bob, listening(cloud, house["erin"]) as erin:
        messaging.batch_create_channel_membership(**room, MemberArns=[house["carol"], house["erin"]])
        for ear in (bob, erin):
            told = ear.hear()
            assert told.type == "BATCH_CREATE_CHANNEL_MEMBERSHIP"
            assert [each["Name"] for each in told.payload["Members"]] == ["Carol", "Erin"]


def test_of_the_hidden_only_members_who_moderate_are_told(cloud, messaging, house, room):
    with listening(cloud, house["alice"]) as alice, listening(cloud, house["bob"]) as bob:
        messaging.batch_create_channel_membership(**room, MemberArns=[house["carol"]], Type="HIDDEN")
        messaging.update_channel(**room, Name="renamed")
        assert [alice.hear().type, alice.hear().type] == ["BATCH_CREATE_CHANNEL_MEMBERSHIP", "UPDATE_CHANNEL"]
        assert bob.hear().type == "UPDATE_CHANNEL"
