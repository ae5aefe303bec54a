from __future__ import annotations

import json
import time

import pytest

from tests.localaws.cloud import ACCOUNT, REGION, Cloud, build_house, setup

HELLO = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:silent"
ELASTIC = {"MaximumSubChannels": 3, "TargetMembershipsPerSubChannel": 2, "MinimumMembershipPercentage": 40}
NONE = {"PushNotifications": {"AllowNotifications": "NONE"}}
LONGER_THAN_THE_DEBOUNCE = 1.0


@pytest.fixture
def restart(tmp_path):
    """Kills what runs, and starts it again."""
    running: list[Cloud] = []
    (tmp_path / "setup.json").write_text(json.dumps(setup()))

    def restart() -> Cloud:
        if running:
            time.sleep(LONGER_THAN_THE_DEBOUNCE)
            running.pop().kill()
        files = ("--setup", str(tmp_path / "setup.json"), "--snapshot", str(tmp_path / "snapshot"))
        running.append(Cloud(*files))
        return running[-1]

    yield restart
    for cloud in running:
        cloud.kill()


def test_all_of_a_channel_is_there_again(restart, code):
    cloud = restart()
    house = build_house(cloud, "acme", ["alice", "bob", "carol"])
    alice, bob = {"ChimeBearer": house["alice"]}, {"ChimeBearer": house["bob"]}
    messaging = cloud.messaging()
    wish = {"AppInstanceArn": house.arn, "Name": "room", "MemberArns": [house["bob"]], **alice}
    room = {"ChannelArn": messaging.create_channel(**wish)["ChannelArn"]}
    messaging.create_channel_ban(**room, MemberArn=house["carol"], **alice)
    messaging.update_channel_read_marker(**room, **bob)
    messaging.put_channel_membership_preferences(**room, MemberArn=house["bob"], Preferences=NONE, **bob)

    messaging = restart().messaging()
    assert code(messaging.create_channel_ban, **room, MemberArn=house["carol"], **alice) == "ConflictException"
    preferences = messaging.get_channel_membership_preferences(**room, MemberArn=house["bob"], **bob)
    assert preferences["Preferences"] == NONE
    [own] = messaging.list_channel_memberships_for_app_instance_user(**bob)["ChannelMemberships"]
    assert own["AppInstanceUserMembershipSummary"]["ReadMarkerTimestamp"]


def test_sub_channels_and_flows_are_there_again(restart):
    cloud = restart()
    house = build_house(cloud, "acme", ["alice", "bob"])
    alice, bob = {"ChimeBearer": house["alice"]}, {"ChimeBearer": house["bob"]}
    messaging = cloud.messaging()
    wish = {"AppInstanceArn": house.arn, "Name": "event", "ElasticChannelConfiguration": ELASTIC, **alice}
    event = {"ChannelArn": messaging.create_channel(**wish)["ChannelArn"]}
    joined = messaging.create_channel_membership(**event, MemberArn=house["bob"], Type="DEFAULT", **bob)
    where = {**event, "SubChannelId": joined["SubChannelId"]}
    messaging.send_channel_message(**where, **HELLO, **bob)
    function = {"Lambda": {"ResourceArn": FUNCTION, "InvocationType": "ASYNC"}}
    processor = {"Name": "p", "Configuration": function, "ExecutionOrder": 1, "FallbackAction": "ABORT"}
    flow = messaging.create_channel_flow(AppInstanceArn=house.arn, Name="flow", Processors=[processor])
    messaging.associate_channel_flow(**event, ChannelFlowArn=flow["ChannelFlowArn"], **alice)

    messaging = restart().messaging()
    [sub_channel] = messaging.list_sub_channels(**event, **alice)["SubChannels"]
    assert sub_channel == {"SubChannelId": joined["SubChannelId"], "MembershipCount": 1}
    [message] = messaging.list_channel_messages(**where, **bob)["ChannelMessages"]
    assert message["Content"] == "hello"
    [own] = messaging.list_channel_memberships_for_app_instance_user(**bob)["ChannelMemberships"]
    assert own["AppInstanceUserMembershipSummary"]["SubChannelId"] == joined["SubChannelId"]
    [channel] = messaging.list_channels_associated_with_channel_flow(ChannelFlowArn=flow["ChannelFlowArn"])["Channels"]
    assert channel["ChannelArn"] == event["ChannelArn"]
