from __future__ import annotations

import pytest

from tests.localaws.cloud import build_house, eventually, turn_pages


@pytest.fixture(autouse=True)
def _back_to_normal(cloud):
    yield
    cloud.control("DELETE", "behaviour")


@pytest.fixture
def lobby(cloud, acme) -> dict[str, str]:
    """Alice's channel with bob, who is a moderator of it and an admin."""
    identity, messaging = cloud.identity(), cloud.messaging()
    identity.create_app_instance_admin(AppInstanceArn=acme.arn, AppInstanceAdminArn=acme["bob"])
    people = {"MemberArns": [acme["bob"]], "ModeratorArns": [acme["bob"]], "ChimeBearer": acme["alice"]}
    made = messaging.create_channel(AppInstanceArn=acme.arn, Name="lobby", **people)
    return {"ChannelArn": made["ChannelArn"], "ChimeBearer": acme["alice"]}


def members(cloud, lobby) -> list[dict[str, str]]:
    listed = cloud.messaging().list_channel_memberships(**lobby)["ChannelMemberships"]
    return [each["Member"] for each in listed]


def moderators(cloud, lobby) -> list[dict[str, str]]:
    listed = cloud.messaging().list_channel_moderators(**lobby)["ChannelModerators"]
    return [each["Moderator"] for each in listed]


def admins(cloud, house) -> list[str]:
    listed = cloud.identity().list_app_instance_admins(AppInstanceArn=house.arn)["AppInstanceAdmins"]
    return [each["Admin"]["Name"] for each in listed]


def test_everything_goes_at_once(cloud, acme, lobby):
    cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["bob"])
    alice = {"Arn": acme["alice"], "Name": "Alice"}
    assert members(cloud, lobby) == moderators(cloud, lobby) == [alice]
    assert admins(cloud, acme) == ["Dora"]


def test_memberships_go_with_a_delay(cloud, acme, lobby):
    cloud.control("PUT", "behaviour", {"DeletedUserMemberships": "with-delay", "DeletedUserMembershipsDelay": 0.3})
    cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["bob"])
    assert {"Arn": acme["bob"]} in members(cloud, lobby)
    assert {"Arn": acme["bob"]} in moderators(cloud, lobby)
    assert admins(cloud, acme) == ["Dora"]
    eventually(lambda: len(members(cloud, lobby)) == 1)
    assert len(moderators(cloud, lobby)) == 1


def test_memberships_stay_and_are_the_new_persons_of_the_same_id(cloud, acme, lobby, code):
    cloud.control("PUT", "behaviour", {"DeletedUserMemberships": "stay"})
    cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["bob"])
    as_bob = {**lobby, "ChimeBearer": acme["bob"]}
    assert code(cloud.messaging().list_channel_memberships, **as_bob) == "UnauthorizedClientException"
    cloud.identity().create_app_instance_user(AppInstanceArn=acme.arn, AppInstanceUserId="bob", Name="Bobby")
    assert {"Arn": acme["bob"], "Name": "Bobby"} in members(cloud, as_bob)


def test_a_ban_ends_with_the_user(cloud, acme, lobby):
    cloud.control("PUT", "behaviour", {"DeletedUserMemberships": "stay"})
    identity, messaging = cloud.identity(), cloud.messaging()
    eve = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "eve", "Name": "Eve"}
    banned = identity.create_app_instance_user(**eve)["AppInstanceUserArn"]
    messaging.create_channel_ban(**lobby, MemberArn=banned)
    identity.delete_app_instance_user(AppInstanceUserArn=banned)
    assert messaging.list_channel_bans(**lobby)["ChannelBans"] == []


def test_who_is_gone_can_be_removed_from_a_channel(cloud, acme, lobby):
    cloud.control("PUT", "behaviour", {"DeletedUserMemberships": "stay"})
    cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["bob"])
    cloud.messaging().delete_channel_membership(**lobby, MemberArn=acme["bob"])
    assert len(members(cloud, lobby)) == 1


def test_an_app_instance_is_deleted_in_the_background(cloud, code):
    house = build_house(cloud, "passing", ["eve"])
    cloud.control("PUT", "behaviour", {"DeleteAppInstanceDelay": 0.3, "PropagationDelay": 3600})
    identity = cloud.identity()
    identity.update_app_instance_user(AppInstanceUserArn=house["eve"], Name="Eva", Metadata="")
    identity.delete_app_instance(AppInstanceArn=house.arn)
    described = identity.describe_app_instance_user(AppInstanceUserArn=house["eve"])
    assert described["AppInstanceUser"]["Name"] == "Eve"

    eventually(lambda: house.arn not in str(turn_pages(identity.list_app_instances, "AppInstances")))
    assert code(identity.describe_app_instance_user, AppInstanceUserArn=house["eve"]) == "ForbiddenException"
