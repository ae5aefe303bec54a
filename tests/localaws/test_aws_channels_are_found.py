from __future__ import annotations

import pytest

from tests.localaws.cloud import build_house, turn_pages

HELLO = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}


@pytest.fixture
def messaging(cloud):
    return cloud.messaging()


@pytest.fixture
def house(cloud):
    built = build_house(cloud, "found", ["alice", "bob", "carol", "dora"])
    cloud.identity().create_app_instance_admin(AppInstanceArn=built.arn, AppInstanceAdminArn=built["dora"])
    return built


@pytest.fixture
def open_room(messaging, house):
    """A private channel of the first of these people, with the others in it."""

    def open_room(name: str, *people: str) -> str:
        founder, *others = [house[person] for person in people]
        wish = {"AppInstanceArn": house.arn, "Name": name, "Privacy": "PRIVATE", "ChimeBearer": founder}
        return str(messaging.create_channel(**wish, **({"MemberArns": others} if others else {}))["ChannelArn"])

    return open_room


@pytest.fixture
def search(messaging, house):
    def search(who: str, operator: str, *people: str, **wishes) -> list[str]:
        field = {"Key": "MEMBERS", "Operator": operator, "Values": [house[person] for person in people]}
        wish = {"Fields": [field], "ChimeBearer": house[who], **wishes}
        pages = turn_pages(messaging.search_channels, "Channels", **wish)
        return sorted(channel["Name"] for page in pages for channel in page)

    return search


def test_channels_are_found_by_their_members(open_room, search):
    open_room("pair", "alice", "bob")
    open_room("three", "alice", "bob", "carol")
    open_room("theirs", "bob", "carol")
    assert search("alice", "EQUALS", "alice", "bob") == ["pair"]
    assert search("alice", "INCLUDES", "bob") == ["pair", "three"]
    assert search("alice", "INCLUDES", "bob", "carol", MaxResults=1) == ["three"]
    assert search("bob", "INCLUDES", "bob", MaxResults=1) == ["pair", "theirs", "three"]
    assert search("dora", "EQUALS", "carol", "bob") == ["theirs"]
    assert search("alice", "INCLUDES", "dora") == []


def test_a_search_finds_nobody_who_is_hidden(messaging, house, open_room, search):
    room = {"ChannelArn": open_room("room", "alice"), "ChimeBearer": house["alice"]}
    messaging.create_channel_membership(**room, MemberArn=house["carol"], Type="HIDDEN")
    assert search("dora", "INCLUDES", "carol") == []
    assert search("carol", "EQUALS", "alice") == ["room"]


def test_every_field_must_match(messaging, house, open_room):
    open_room("pair", "alice", "bob")
    open_room("three", "alice", "bob", "carol")
    fields = [
        {"Key": "MEMBERS", "Operator": "INCLUDES", "Values": [house["alice"]]},
        {"Key": "MEMBERS", "Operator": "INCLUDES", "Values": [house["carol"]]},
    ]
    [found] = messaging.search_channels(Fields=fields, ChimeBearer=house["alice"])["Channels"]
    assert found["Name"] == "three"


def test_a_search_is_of_users_and_in_somebodys_name(messaging, house, globex, code):
    mine = {"Key": "MEMBERS", "Operator": "EQUALS", "Values": [house["alice"]]}
    assert code(messaging.search_channels, Fields=[mine]) == "BadRequestException"
    for value in ("alice", globex["carol"]):
        wish = {"Fields": [{**mine, "Values": [value]}], "ChimeBearer": house["alice"]}
        assert code(messaging.search_channels, **wish) == "BadRequestException"


def test_a_membership_is_described_to_its_own_and_to_an_admin(messaging, house, open_room, code):
    describe = messaging.describe_channel_membership_for_app_instance_user
    room = {"ChannelArn": open_room("room", "alice", "bob")}
    for who in ("bob", "dora"):
        own = describe(**room, AppInstanceUserArn=house["bob"], ChimeBearer=house[who])["ChannelMembership"]
        assert own["ChannelSummary"]["Name"] == "room"
        assert own["AppInstanceUserMembershipSummary"]["Type"] == "DEFAULT"
    assert code(describe, **room, AppInstanceUserArn=house["bob"], ChimeBearer=house["alice"]) == "ForbiddenException"
    assert code(describe, **room, AppInstanceUserArn=house["carol"], ChimeBearer=house["carol"]) == (
        "ForbiddenException"
    )


def test_a_moderated_channel_is_described_to_its_moderator_and_to_an_admin(messaging, house, open_room, code):
    describe = messaging.describe_channel_moderated_by_app_instance_user
    room = {"ChannelArn": open_room("room", "alice", "bob")}
    for who in ("alice", "dora"):
        told = describe(**room, AppInstanceUserArn=house["alice"], ChimeBearer=house[who])["Channel"]
        assert told["ChannelSummary"]["ChannelArn"] == room["ChannelArn"]
    assert code(describe, **room, AppInstanceUserArn=house["bob"], ChimeBearer=house["bob"]) == "ForbiddenException"
    assert code(describe, **room, AppInstanceUserArn=house["alice"], ChimeBearer=house["bob"]) == "ForbiddenException"


def test_a_read_marker_is_the_members_own_time(messaging, house, open_room, code):
    room = {"ChannelArn": open_room("room", "alice", "bob")}
    list_own = messaging.list_channel_memberships_for_app_instance_user
    messaging.update_channel_read_marker(**room, ChimeBearer=house["bob"])
    [bobs] = list_own(ChimeBearer=house["bob"])["ChannelMemberships"]
    [alices] = list_own(ChimeBearer=house["alice"])["ChannelMemberships"]
    assert bobs["AppInstanceUserMembershipSummary"]["ReadMarkerTimestamp"]
    assert "ReadMarkerTimestamp" not in alices["AppInstanceUserMembershipSummary"]
    for who in ("carol", "dora"):
        assert code(messaging.update_channel_read_marker, **room, ChimeBearer=house[who]) == "ForbiddenException"


def test_the_last_message_is_the_last_that_one_can_see(messaging, house, open_room):
    room = {"ChannelArn": open_room("room", "alice", "bob", "carol")}
    messaging.send_channel_message(**room, **HELLO, ChimeBearer=house["alice"])
    target = [{"MemberArn": house["bob"]}]
    messaging.send_channel_message(**room, **HELLO, Target=target, ChimeBearer=house["alice"])

    def last(who: str):
        [own] = messaging.list_channel_memberships_for_app_instance_user(ChimeBearer=house[who])["ChannelMemberships"]
        return own["ChannelSummary"]["LastMessageTimestamp"]

    assert last("carol") < last("bob") == last("alice")
