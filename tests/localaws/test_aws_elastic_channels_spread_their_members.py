"""Elastic channels.

https://docs.aws.amazon.com/chime-sdk/latest/dg/elastic-channels.html
https://docs.aws.amazon.com/chime-sdk/latest/dg/manage-elastic-members.html
"""

from __future__ import annotations

import pytest

from tests.localaws.cloud import build_house
from tests.localaws.listening import listening

HELLO = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
PEOPLE = [f"p{number}" for number in range(7)]
ELASTIC = {"MaximumSubChannels": 3, "TargetMembershipsPerSubChannel": 2, "MinimumMembershipPercentage": 40}


@pytest.fixture
def messaging(cloud):
    return cloud.messaging()


@pytest.fixture
def house(cloud):
    built = build_house(cloud, "elastic", ["host", "deputy", "admin", *PEOPLE])
    cloud.identity().create_app_instance_admin(AppInstanceArn=built.arn, AppInstanceAdminArn=built["admin"])
    return built


class Event:
    """An elastic channel of the host's."""

    def __init__(self, messaging, house, **configuration: int) -> None:
        self.messaging, self.house = messaging, house
        self.channel = messaging.create_channel(
            AppInstanceArn=house.arn,
            Name="event",
            ElasticChannelConfiguration={**ELASTIC, **configuration},
            ChimeBearer=house["host"],
        )["ChannelArn"]

    def call(self, operation: str, who: str = "host", **members):
        real = {name: self.house.people.get(str(value), value) for name, value in members.items()}
        return getattr(self.messaging, operation)(ChannelArn=self.channel, ChimeBearer=self.house[who], **real)

    def join(self, *people: str) -> None:
        for person in people:
            self.call("create_channel_membership", person, MemberArn=person, Type="DEFAULT")

    def leave(self, *people: str) -> None:
        for person in people:
            self.call("delete_channel_membership", person, MemberArn=person)

    @property
    def rooms(self) -> list[str]:
        return [each["SubChannelId"] for each in self.call("list_sub_channels")["SubChannels"]]

    def room_of(self, person: str) -> str:
        return str(self.call("describe_channel_membership", MemberArn=person)["ChannelMembership"]["SubChannelId"])

    def people_in(self, room: str) -> list[str]:
        members = self.call("list_channel_memberships", SubChannelId=room)["ChannelMemberships"]
        return [each["Member"]["Name"].lower() for each in members]


@pytest.fixture
def event(messaging, house) -> Event:
    return Event(messaging, house)


def test_the_creator_moderates_and_is_no_member(event):
    assert event.call("describe_channel")["Channel"]["ElasticChannelConfiguration"] == ELASTIC
    assert event.call("list_channel_moderators")["ChannelModerators"]
    assert [event.people_in(room) for room in event.rooms] == [[]]


def test_a_sub_channel_is_opened_when_all_are_full(event, code):
    event.join("p0", "p1", "p2", "p3", "p4", "p5")
    assert [event.people_in(room) for room in event.rooms] == [["p0", "p1"], ["p2", "p3"], ["p4", "p5"]]
    counts = [each["MembershipCount"] for each in event.call("list_sub_channels")["SubChannels"]]
    assert counts == [2, 2, 2]
    joining = {"operation": "create_channel_membership", "who": "p6", "MemberArn": "p6", "Type": "DEFAULT"}
    assert code(event.call, **joining) == "ResourceLimitExceededException"


def test_members_move_so_that_a_new_sub_channel_is_large_enough(cloud, messaging, house):
    event = Event(messaging, house, TargetMembershipsPerSubChannel=5)
    event.join("p0", "p1", "p2", "p3", "p4")
    [first] = event.rooms
    with listening(cloud, house["p4"]) as moved, listening(cloud, house["p0"]) as stayed:
        event.join("p5")
        second = event.room_of("p5")
        assert (event.people_in(first), event.people_in(second)) == (["p0", "p1", "p2", "p3"], ["p4", "p5"])
        told = moved.hear()
        assert (told.type, told.payload["SubChannelId"]) == ("UPDATE_CHANNEL_MEMBERSHIP", second)
        event.call("update_channel", Name="renamed")
        assert stayed.hear().type == "UPDATE_CHANNEL"


def test_a_sub_channel_with_too_few_ends_and_its_messages_with_it(cloud, house, event):
    event.join("p0", "p1", "p2")
    first, second = event.rooms
    event.call("create_channel_membership", MemberArn="host", Type="DEFAULT", SubChannelId=second)
    event.call("send_channel_message", "p2", **HELLO, SubChannelId=second)
    with listening(cloud, house["host"]) as host:
        event.leave("p2")
        assert event.rooms == [first]
        gone = host.hear()
        assert (gone.type, gone.payload["Member"]["Name"]) == ("DELETE_CHANNEL_MEMBERSHIP", "P2")
        own = host.hear()
        assert (own.type, own.payload["Member"]["Name"]) == ("DELETE_CHANNEL_MEMBERSHIP", "Host")
        assert own.headers["x-amz-chime-event-reason"] == "subchannel_DELETED"


def test_who_is_left_over_moves_where_there_is_space(event):
    event.join("p0", "p1", "p2", "p3")
    first, second = event.rooms
    event.leave("p0")
    assert event.rooms == [first, second]
    event.leave("p2", "p3")
    assert event.rooms == [first]
    assert event.people_in(first) == ["p1"]


def test_messages_stay_in_their_sub_channel(cloud, house, event, code):
    event.join("p0", "p1", "p2")
    first, second = event.rooms
    with listening(cloud, house["p1"]) as near, listening(cloud, house["p2"]) as far:
        sent = event.call("send_channel_message", "p0", **HELLO, SubChannelId=first)
        assert sent["SubChannelId"] == first
        assert near.hear().payload["SubChannelId"] == first
        event.call("send_channel_message", "p2", **{**HELLO, "Content": "there"}, SubChannelId=second)
        assert far.hear().payload["Content"] == "there"
    heard = event.call("list_channel_messages", "p1", SubChannelId=first)
    assert [each["Content"] for each in heard["ChannelMessages"]] == ["hello"]
    assert heard["SubChannelId"] == first
    message = {"MessageId": sent["MessageId"], "SubChannelId": first}
    assert event.call("get_channel_message", "p1", **message)["ChannelMessage"]["SubChannelId"] == first
    assert code(event.call, operation="get_channel_message", who="p2", **message) == "ForbiddenException"
    assert code(event.call, operation="list_channel_messages", who="p2", SubChannelId=first) == "ForbiddenException"
    assert code(event.call, operation="send_channel_message", who="p2", **HELLO, SubChannelId=first) == (
        "ForbiddenException"
    )


def test_the_members_of_the_whole_channel_are_for_moderators(event):
    event.join("p0", "p1", "p2")

    def listed(who: str) -> list[str]:
        members = event.call("list_channel_memberships", who)["ChannelMemberships"]
        return [each["Member"]["Name"] for each in members]

    assert listed("host") == listed("admin") == ["P0", "P1", "P2"]
    assert listed("p0") == ["P0", "P1"]
    assert listed("p3") == []


def test_a_message_names_its_sub_channel(event, code):
    event.join("p0")
    [room] = event.rooms
    assert code(event.call, operation="send_channel_message", who="p0", **HELLO) == "BadRequestException"
    assert code(event.call, operation="send_channel_message", who="p0", **HELLO, SubChannelId="none") == (
        "ForbiddenException"
    )
    message = {"MessageId": event.call("send_channel_message", "p0", **HELLO, SubChannelId=room)["MessageId"]}
    for operation, who, wish in (
        ("update_channel_message", "p0", {"Content": "edited"}),
        ("redact_channel_message", "host", {}),
        ("delete_channel_message", "admin", {}),
    ):
        assert code(event.call, operation=operation, who=who, **message, **wish) == "BadRequestException"
        assert event.call(operation, who, **message, **wish, SubChannelId=room)


def test_moderators_are_where_they_want_to_be(event, code):
    event.join("p0", "p1", "p2")
    first, second = event.rooms
    joining = {"MemberArn": "host", "Type": "DEFAULT"}
    assert code(event.call, operation="create_channel_membership", **joining) == "BadRequestException"
    assert code(event.call, operation="create_channel_membership", **joining, SubChannelId="none") == (
        "NotFoundException"
    )
    for room in (first, second):
        assert event.call("create_channel_membership", **joining, SubChannelId=room)["SubChannelId"] == room
        assert event.call("send_channel_message", **HELLO, SubChannelId=room)
    assert event.people_in(first) == ["host", "p0", "p1"]
    assert code(event.call, operation="create_channel_membership", **joining, SubChannelId=first) == "ConflictException"
    event.call("delete_channel_membership", MemberArn="host", SubChannelId=first)
    assert (event.people_in(first), event.people_in(second)) == (["p0", "p1"], ["host", "p2"])
    event.call("create_channel_membership", **joining, SubChannelId=first)
    event.call("delete_channel_membership", MemberArn="host")
    assert (event.people_in(first), event.people_in(second)) == (["p0", "p1"], ["p2"])


def test_members_do_not_choose(event, code):
    [room] = event.rooms
    joining = {"operation": "create_channel_membership", "who": "p0", "MemberArn": "p0", "Type": "DEFAULT"}
    assert code(event.call, **joining, SubChannelId=room) == "BadRequestException"
    event.join("p0")
    assert code(event.call, **joining) == "ConflictException"
    leaving = {"operation": "delete_channel_membership", "who": "p0", "MemberArn": "p0"}
    assert code(event.call, **leaving, SubChannelId=room) == "BadRequestException"
    assert code(event.call, operation="list_sub_channels", who="p0") == "ForbiddenException"


def test_who_is_promoted_or_demoted_or_banned_is_a_member_no_more(event):
    event.join("p0", "p1")
    [room] = event.rooms
    event.call("create_channel_moderator", ChannelModeratorArn="p0")
    assert event.people_in(room) == ["p1"]
    event.call("create_channel_membership", "p0", MemberArn="p0", Type="DEFAULT", SubChannelId=room)
    event.call("delete_channel_moderator", ChannelModeratorArn="p0")
    assert event.people_in(room) == ["p1"]
    event.call("create_channel_ban", MemberArn="p1")
    assert event.people_in(room) == []


def test_own_memberships_tell_the_sub_channel(messaging, house, event, code):
    event.join("p0")
    [own] = messaging.list_channel_memberships_for_app_instance_user(ChimeBearer=house["p0"])["ChannelMemberships"]
    assert own["AppInstanceUserMembershipSummary"]["SubChannelId"] == event.room_of("p0")
    described = event.call("describe_channel_membership_for_app_instance_user", "p0", AppInstanceUserArn="p0")
    assert described["ChannelMembership"]["AppInstanceUserMembershipSummary"]["SubChannelId"] == event.room_of("p0")
    moderated = {"operation": "describe_channel_moderated_by_app_instance_user", "AppInstanceUserArn": "host"}
    assert code(event.call, **moderated) == "ForbiddenException"


def test_members_added_together_are_told_of_one_by_one(cloud, house, event):
    event.join("p0")
    with listening(cloud, house["p0"]) as ear:
        added = [house["p1"], house["p2"]]
        answer = event.call("batch_create_channel_membership", MemberArns=added)
        assert len(answer["BatchChannelMemberships"]["Members"]) == 2
        assert answer["Errors"] == []
        told = ear.hear()
        assert (told.type, told.payload["Member"]["Name"]) == ("CREATE_CHANNEL_MEMBERSHIP", "P1")


def test_what_elastic_channels_lack_is_refused(event, code):
    event.join("p0")
    none = {"PushNotifications": {"AllowNotifications": "NONE"}}
    for operation, wish in (
        ("update_channel_read_marker", {}),
        ("put_channel_membership_preferences", {"MemberArn": "p0", "Preferences": none}),
        ("get_channel_membership_preferences", {"MemberArn": "p0"}),
    ):
        assert code(event.call, operation=operation, who="p0", **wish) == "BadRequestException"
    hidden = {"operation": "create_channel_membership", "MemberArn": "p1", "Type": "HIDDEN"}
    assert code(event.call, **hidden) == "BadRequestException"
    assert code(event.call, operation="update_channel", Mode="UNRESTRICTED") == "BadRequestException"


@pytest.mark.parametrize(
    "wish",
    [
        {"Mode": "UNRESTRICTED"},
        {"MemberArns": ["p0"]},
        {"ElasticChannelConfiguration": {**ELASTIC, "MaximumSubChannels": 500_001}},
        {"ElasticChannelConfiguration": {**ELASTIC, "MinimumMembershipPercentage": 41}},
    ],
)
def test_configurations_out_of_bounds_are_refused(messaging, house, code, wish):
    members = {"MemberArns": [house[each] for each in wish["MemberArns"]]} if "MemberArns" in wish else {}
    whole = {"AppInstanceArn": house.arn, "Name": "event", "ElasticChannelConfiguration": ELASTIC, **wish, **members}
    assert code(messaging.create_channel, **whole, ChimeBearer=house["host"]) == "BadRequestException"


def test_elastic_channels_are_in_one_region_only(cloud, code):
    frankfurt = "eu-central-1"
    identity = cloud.identity(region=frankfurt)
    arn = identity.create_app_instance(Name="there")["AppInstanceArn"]
    user = identity.create_app_instance_user(AppInstanceArn=arn, AppInstanceUserId="u", Name="U")["AppInstanceUserArn"]
    wish = {"AppInstanceArn": arn, "Name": "event", "ElasticChannelConfiguration": ELASTIC, "ChimeBearer": user}
    assert code(cloud.messaging(region=frankfurt).create_channel, **wish) == "BadRequestException"


def test_a_plain_channel_has_no_sub_channels(messaging, house, code):
    made = messaging.create_channel(AppInstanceArn=house.arn, Name="plain", ChimeBearer=house["host"])
    here = {"ChannelArn": made["ChannelArn"], "ChimeBearer": house["host"]}
    assert code(messaging.list_sub_channels, **here) == "BadRequestException"
    assert code(messaging.list_channel_messages, **here, SubChannelId="x") == "BadRequestException"
    joining = {"MemberArn": house["p0"], "Type": "DEFAULT", "SubChannelId": "x"}
    assert code(messaging.create_channel_membership, **here, **joining) == "BadRequestException"
