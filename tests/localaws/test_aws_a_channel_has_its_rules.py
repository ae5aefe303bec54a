"""Who may do what once IAM has said yes: the portal's key may do everything, so what refuses here is the service.

https://docs.aws.amazon.com/chime-sdk/latest/dg/auth-by-role.html
"""

from __future__ import annotations

import contextlib

import pytest

from tests.localaws.cloud import build_house, turn_pages

PEOPLE = ("admin", "moderator", "member", "hidden", "outsider")
HELLO = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
JOIN = {"Type": "DEFAULT"}

# The letters are those of the people who may, in the order of PEOPLE: a private room, then a public one.
RULES = {
    "describe_channel": ({}, "amdh-", "amdho"),
    "update_channel": ({"Name": "renamed"}, "am---", "am---"),
    "list_channel_memberships": ({}, "amdh-", "amdho"),
    "list_channel_moderators": ({}, "am---", "am---"),
    "describe_channel_membership": ({"MemberArn": "member"}, "amdh-", "amdho"),
    "describe_channel_moderator": ({"ChannelModeratorArn": "moderator"}, "am---", "am---"),
    "create_channel_membership": ({"MemberArn": "newcomer", "Type": "DEFAULT"}, "am---", "am---"),
    "create_channel_moderator": ({"ChannelModeratorArn": "newcomer"}, "am---", "am---"),
    "delete_channel_moderator": ({"ChannelModeratorArn": "owner"}, "am---", "am---"),
    "send_channel_message": (HELLO, "--d--", "--d--"),
    "list_channel_messages": ({}, "amdh-", "amdho"),
    "get_channel_message": ({"MessageId": "owners"}, "amdh-", "amdho"),
    "update_channel_message": ({"MessageId": "owners", "Content": "forged"}, "-----", "-----"),
    "redact_channel_message": ({"MessageId": "owners"}, "am---", "am---"),
    "delete_channel_message": ({"MessageId": "owners"}, "a----", "a----"),
    "delete_channel_membership": ({"MemberArn": "owner"}, "am---", "am---"),
    "batch_create_channel_membership": ({"MemberArns": ["newcomer"]}, "am---", "am---"),
    "describe_channel_ban": ({"MemberArn": "banned"}, "am---", "am---"),
    "list_channel_bans": ({}, "am---", "am---"),
    "create_channel_ban": ({"MemberArn": "newcomer"}, "am---", "am---"),
    "delete_channel_ban": ({"MemberArn": "banned"}, "am---", "am---"),
    "get_channel_message_status": ({"MessageId": "owners"}, "-----", "-----"),
    "update_channel_read_marker": ({}, "--dh-", "--dh-"),
    "put_channel_expiration_settings": ({}, "am---", "am---"),
    "delete_channel": ({}, "am---", "am---"),
}


@pytest.fixture
def house(cloud):
    built = build_house(cloud, "rules", [*PEOPLE, "owner", "newcomer", "banned"])
    cloud.identity().create_app_instance_admin(AppInstanceArn=built.arn, AppInstanceAdminArn=built["admin"])
    return built


class Room:
    """A channel with one person of each kind, in which the owner has said something."""

    def __init__(self, cloud, house, **wishes: str) -> None:
        self.messaging, self.house = cloud.messaging(), house
        self.channel = self.messaging.create_channel(
            AppInstanceArn=house.arn,
            Name="room",
            MemberArns=[house["member"]],
            ModeratorArns=[house["moderator"]],
            ChimeBearer=house["owner"],
            **{"Privacy": "PRIVATE", "Mode": "RESTRICTED", **wishes},
        )["ChannelArn"]
        self.call("create_channel_membership", "owner", MemberArn="hidden", Type="HIDDEN")
        self.call("create_channel_ban", "owner", MemberArn="banned")
        self.message = self.call("send_channel_message", "owner", **HELLO)["MessageId"]

    def call(self, operation: str, who: str, **members: str | list[str]):
        """People are named by their names, and the owner's message is `owners`."""
        named = {**self.house.people, "owners": getattr(self, "message", "")}
        real = {
            name: [named[each] for each in value] if isinstance(value, list) else named.get(value, value)
            for name, value in members.items()
        }
        return getattr(self.messaging, operation)(ChannelArn=self.channel, ChimeBearer=self.house[who], **real)

    def allows(self, operation: str, who: str, **members: str | list[str]) -> bool:
        with contextlib.suppress(self.messaging.exceptions.ForbiddenException):
            self.call(operation, who, **members)
            return True
        return False


@pytest.mark.parametrize("privacy", ["PRIVATE", "PUBLIC"])
@pytest.mark.parametrize("operation", RULES)
def test_each_role_may_do_what_the_guide_says(cloud, house, operation, privacy):
    members, private, public = RULES[operation]
    letters = private if privacy == "PRIVATE" else public
    for who, letter in zip(PEOPLE, letters, strict=True):
        room = Room(cloud, house, Privacy=privacy)
        assert room.allows(operation, who, **members) == (letter != "-"), f"{who} in a {privacy} room"


def test_anybody_joins_a_public_channel_alone_and_leaves_it(cloud, house):
    room = Room(cloud, house, Privacy="PUBLIC")
    assert room.allows("create_channel_membership", "outsider", MemberArn="outsider", **JOIN)
    assert room.allows("send_channel_message", "outsider", **HELLO)
    assert room.allows("delete_channel_membership", "outsider", MemberArn="outsider")
    assert not room.allows("send_channel_message", "outsider", **HELLO)
    assert not Room(cloud, house).allows("create_channel_membership", "outsider", MemberArn="outsider", **JOIN)


def test_members_bring_others_only_to_an_unrestricted_channel(cloud, house):
    open_room = Room(cloud, house, Mode="UNRESTRICTED")
    assert open_room.allows("create_channel_membership", "member", MemberArn="newcomer", **JOIN)
    assert not open_room.allows("create_channel_membership", "outsider", MemberArn="outsider", **JOIN)
    assert not open_room.allows("create_channel_membership", "member", MemberArn="outsider", Type="HIDDEN")


def test_hidden_members_are_seen_by_moderators_alone(cloud, house):
    room = Room(cloud, house)
    seen = room.call("list_channel_memberships", "member")["ChannelMemberships"]
    assert [each["Member"]["Name"] for each in seen] == ["Member", "Owner"]
    hidden = room.call("list_channel_memberships", "moderator", Type="HIDDEN")["ChannelMemberships"]
    assert [each["Member"]["Name"] for each in hidden] == ["Hidden"]
    assert not room.allows("list_channel_memberships", "member", Type="HIDDEN")


def test_what_is_there_is_told_apart_from_what_is_not(cloud, house, code):
    room = Room(cloud, house)
    assert code(room.call, operation="create_channel_membership", who="owner", MemberArn="member", **JOIN) == (
        "ConflictException"
    )
    assert code(room.call, operation="describe_channel_membership", who="owner", MemberArn="newcomer") == (
        "NotFoundException"
    )
    assert code(room.call, operation="get_channel_message", who="owner", MessageId="0" * 64) == "NotFoundException"
    ghost = f"{house.arn}/user/ghost"
    assert not room.allows("create_channel_membership", "owner", MemberArn=ghost, **JOIN)


def test_a_membership_says_who_invited(cloud, house):
    room = Room(cloud, house)
    membership = room.call("describe_channel_membership", "owner", MemberArn="hidden")["ChannelMembership"]
    assert membership["InvitedBy"] == {"Arn": house["owner"], "Name": "Owner"}
    assert membership["Type"] == "HIDDEN"


def test_everybody_finds_their_own_channels_and_an_admin_everybodys(cloud, house, code):
    messaging = cloud.messaging()
    room = Room(cloud, house)

    def channels(operation: str, member: str, who: str, **wishes: str) -> list[str]:
        listed = getattr(messaging, operation)(ChimeBearer=house[who], **wishes)[member]
        return [each["ChannelSummary"]["ChannelArn"] for each in listed]

    own = ("list_channel_memberships_for_app_instance_user", "ChannelMemberships")
    moderated = ("list_channels_moderated_by_app_instance_user", "Channels")
    assert room.channel in channels(*own, "member")
    assert room.channel not in channels(*own, "moderator")
    assert room.channel in channels(*moderated, "moderator")
    assert channels(*moderated, "member") == []
    assert room.channel in channels(*own, "admin", AppInstanceUserArn=house["member"])
    for operation, _ in (own, moderated):
        call = getattr(messaging, operation)
        others = {"AppInstanceUserArn": house["owner"], "ChimeBearer": house["member"]}
        assert code(call, **others) == "ForbiddenException"


def test_only_an_admin_lists_private_channels(cloud, house, code):
    messaging = cloud.messaging()
    private, public = Room(cloud, house), Room(cloud, house, Privacy="PUBLIC")

    def listed(who: str, **wishes: str) -> set[str]:
        wish = {"AppInstanceArn": house.arn, "ChimeBearer": house[who], **wishes}
        pages = turn_pages(messaging.list_channels, "Channels", **wish)
        return {channel["ChannelArn"] for page in pages for channel in page}

    assert public.channel in listed("outsider")
    assert private.channel not in listed("outsider")
    assert private.channel in listed("admin", Privacy="PRIVATE")
    wish = {"AppInstanceArn": house.arn, "Privacy": "PRIVATE", "ChimeBearer": house["member"]}
    assert code(messaging.list_channels, **wish) == "ForbiddenException"


def test_a_channel_keeps_what_an_update_does_not_name(cloud, house):
    room = Room(cloud, house)
    room.call("update_channel", "owner", Metadata="m")
    channel = room.call("describe_channel", "owner")["Channel"]
    assert (channel["Name"], channel["Mode"], channel["Metadata"]) == ("room", "RESTRICTED", "m")
    assert channel["CreatedBy"]["Name"] == "Owner"
    assert channel["LastMessageTimestamp"]


def test_a_chosen_channel_id_is_taken_once(cloud, house, code):
    wish = {"AppInstanceArn": house.arn, "Name": "lobby", "ChannelId": "lobby", "ChimeBearer": house["owner"]}
    made = cloud.messaging().create_channel(**wish, ClientRequestToken="first")["ChannelArn"]
    assert made == f"{house.arn}/channel/lobby"
    assert cloud.messaging().create_channel(**wish, ClientRequestToken="first")["ChannelArn"] == made
    assert code(cloud.messaging().create_channel, **wish, ClientRequestToken="second") == "ConflictException"
