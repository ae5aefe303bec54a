from __future__ import annotations

import pytest

HELLO = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}


@pytest.fixture
def messaging(cloud):
    return cloud.messaging()


@pytest.fixture
def lobby(messaging, acme) -> dict[str, str]:
    """A public channel of alice, who moderates it, and bob."""
    made = messaging.create_channel(
        AppInstanceArn=acme.arn, Name="lobby", MemberArns=[acme["bob"]], ChimeBearer=acme["alice"]
    )
    return {"ChannelArn": made["ChannelArn"]}


def test_who_is_banned_is_out_and_stays_out(messaging, acme, lobby, code):
    banned = messaging.create_channel_ban(**lobby, MemberArn=acme["bob"], ChimeBearer=acme["alice"])
    assert banned["Member"] == {"Arn": acme["bob"], "Name": "Bob"}
    members = messaging.list_channel_memberships(**lobby, ChimeBearer=acme["alice"])["ChannelMemberships"]
    assert [each["Member"]["Name"] for each in members] == ["Alice"]
    assert code(messaging.send_channel_message, **lobby, **HELLO, ChimeBearer=acme["bob"]) == "ForbiddenException"
    join = {**lobby, "MemberArn": acme["bob"], "Type": "DEFAULT"}
    for who in ("bob", "alice", "dora"):
        assert code(messaging.create_channel_membership, **join, ChimeBearer=acme[who]) == "ForbiddenException"
    promotion = {**lobby, "ChannelModeratorArn": acme["bob"]}
    assert code(messaging.create_channel_moderator, **promotion, ChimeBearer=acme["dora"]) == "ForbiddenException"


def test_who_is_no_longer_banned_can_be_added_again(messaging, acme, lobby):
    bob = {**lobby, "MemberArn": acme["bob"], "ChimeBearer": acme["alice"]}
    messaging.create_channel_ban(**bob)
    messaging.delete_channel_ban(**bob)
    members = messaging.list_channel_memberships(**lobby, ChimeBearer=acme["alice"])["ChannelMemberships"]
    assert len(members) == 1
    assert messaging.create_channel_membership(**bob, Type="DEFAULT")["Member"]["Name"] == "Bob"


def test_bans_are_described_and_listed(messaging, acme, lobby, code):
    bob = {**lobby, "MemberArn": acme["bob"], "ChimeBearer": acme["alice"]}
    assert code(messaging.describe_channel_ban, **bob) == "NotFoundException"
    assert code(messaging.delete_channel_ban, **bob) == "ForbiddenException"
    messaging.create_channel_ban(**{**bob, "ChimeBearer": acme["dora"]})
    ban = messaging.describe_channel_ban(**bob)["ChannelBan"]
    assert (ban["Member"]["Name"], ban["CreatedBy"]["Name"], ban["ChannelArn"]) == ("Bob", "Dora", lobby["ChannelArn"])
    assert ban["CreatedTimestamp"]
    listed = messaging.list_channel_bans(**lobby, ChimeBearer=acme["alice"])["ChannelBans"]
    assert [each["Member"]["Arn"] for each in listed] == [acme["bob"]]
    assert code(messaging.create_channel_ban, **bob) == "ConflictException"


def test_admins_and_moderators_are_not_banned(messaging, acme, lobby, code):
    for who in ("alice", "dora"):
        ban = {**lobby, "MemberArn": acme[who], "ChimeBearer": acme["dora"]}
        assert code(messaging.create_channel_ban, **ban) == "ForbiddenException"


def test_bans_end_with_the_user_and_with_the_channel(cloud, messaging, acme, lobby):
    bob = {**lobby, "MemberArn": acme["bob"], "ChimeBearer": acme["alice"]}
    messaging.create_channel_ban(**bob)
    cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["bob"])
    assert messaging.list_channel_bans(**lobby, ChimeBearer=acme["alice"])["ChannelBans"] == []
    cloud.identity().create_app_instance_user(AppInstanceArn=acme.arn, AppInstanceUserId="bob", Name="Bob")
    messaging.create_channel_ban(**bob)
    messaging.delete_channel(**lobby, ChimeBearer=acme["alice"])
    cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["bob"])
