from __future__ import annotations

import pytest

from tests.localaws.cloud import ACCOUNT, OTHER_ACCOUNT, REGION, tags


@pytest.fixture
def channel(cloud, acme) -> str:
    made = cloud.messaging().create_channel(
        AppInstanceArn=acme.arn, Name="lobby", ChimeBearer=acme["alice"], Tags=tags(made="yes")
    )
    return str(made["ChannelArn"])


def told(client, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceARN=arn)["Tags"]}


def test_tags_come_change_and_go(cloud, acme, channel):
    identity = cloud.identity()
    for arn in (acme.arn, acme["alice"], channel):
        identity.tag_resource(ResourceARN=arn, Tags=tags(team="blue", Team="red"))
        identity.tag_resource(ResourceARN=arn, Tags=tags(team="green"))
        identity.untag_resource(ResourceARN=arn, TagKeys=["made", "never"])
        assert told(identity, arn) == {"team": "green", "Team": "red"}


def test_both_clients_tag_alike(cloud, acme, channel):
    identity, messaging = cloud.identity(), cloud.messaging()
    messaging.tag_resource(ResourceARN=channel, Tags=tags(team="blue"))
    assert told(messaging, channel) == told(identity, channel) == {"made": "yes", "team": "blue"}
    messaging.untag_resource(ResourceARN=channel, TagKeys=["made"])
    assert told(messaging, channel) == {"team": "blue"}
    messaging.tag_resource(ResourceARN=acme["bob"], Tags=tags(team="blue"))
    assert told(identity, acme["bob"]) == {"team": "blue"}


def test_tags_are_given_at_creation(cloud, acme):
    identity = cloud.identity()
    arn = identity.create_app_instance(Name="tagged", Tags=tags(a="1"))["AppInstanceArn"]
    eve = identity.create_app_instance_user(AppInstanceArn=arn, AppInstanceUserId="eve", Name="Eve", Tags=tags(b="2"))
    assert told(identity, arn) == {"a": "1"}
    assert told(identity, eve["AppInstanceUserArn"]) == {"b": "2"}
    assert told(identity, acme["alice"]) == {}


def test_tags_outlive_other_changes(cloud, acme):
    identity = cloud.identity()
    identity.tag_resource(ResourceARN=acme["alice"], Tags=tags(team="blue"))
    identity.update_app_instance_user(AppInstanceUserArn=acme["alice"], Name="Alicia", Metadata="")
    identity.put_app_instance_user_expiration_settings(AppInstanceUserArn=acme["alice"])
    assert told(identity, acme["alice"]) == {"team": "blue"}


def test_a_channel_flow_has_tags(cloud, acme):
    messaging = cloud.messaging()
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:filter"
    lambda_ = {"Lambda": {"ResourceArn": function, "InvocationType": "ASYNC"}}
    processor = {"Name": "filter", "ExecutionOrder": 1, "FallbackAction": "ABORT", "Configuration": lambda_}
    made = {"AppInstanceArn": acme.arn, "Name": "flow", "Processors": [processor], "Tags": tags(a="1")}
    flow = messaging.create_channel_flow(**made)["ChannelFlowArn"]
    messaging.tag_resource(ResourceARN=flow, Tags=tags(b="2"))
    messaging.untag_resource(ResourceARN=flow, TagKeys=["a"])
    assert told(messaging, flow) == {"b": "2"}


def test_a_resource_has_fifty_tags_at_most(cloud, acme, code):
    identity = cloud.identity()
    fifty = tags(**{f"key{index}": "v" for index in range(50)})
    identity.tag_resource(ResourceARN=acme.arn, Tags=fifty)
    identity.tag_resource(ResourceARN=acme.arn, Tags=tags(key0="w"))
    refusal = code(identity.tag_resource, ResourceARN=acme.arn, Tags=tags(key50="v"))
    assert refusal == "ResourceLimitExceededException"
    assert len(told(identity, acme.arn)) == 50


@pytest.mark.parametrize(
    "given",
    [
        tags(team="blue") + tags(team="red"),
        [{"Key": "aws:team", "Value": "blue"}],
        [{"Key": "AWS:team", "Value": "blue"}],
        [{"Key": "k" * 129, "Value": "v"}],
        [{"Key": "k", "Value": "v" * 257}],
    ],
)
def test_bad_tags_are_refused_when_tagging_and_when_creating(cloud, acme, code, given):
    identity = cloud.identity()
    assert code(identity.tag_resource, ResourceARN=acme.arn, Tags=given) == "BadRequestException"
    eve = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "eve", "Name": "Eve"}
    assert code(identity.create_app_instance_user, **eve, Tags=given) == "BadRequestException"
    assert code(identity.create_app_instance, Name="x", Tags=given) == "BadRequestException"
    lobby = {"AppInstanceArn": acme.arn, "Name": "x", "ChimeBearer": acme["alice"]}
    assert code(cloud.messaging().create_channel, **lobby, Tags=given) == "BadRequestException"
    assert told(identity, acme.arn) == {}


@pytest.mark.parametrize(
    ("suffix", "refusal"),
    [
        ("0", "ForbiddenException"),
        ("/user/ghost", "ForbiddenException"),
        ("/channel/ghost", "ForbiddenException"),
        ("/bot/ghost", "BadRequestException"),
        ("/user/a/b", "BadRequestException"),
    ],
)
def test_what_is_not_there_has_no_tags(cloud, acme, code, suffix, refusal):
    identity, arn = cloud.identity(), acme.arn + suffix
    assert code(identity.list_tags_for_resource, ResourceARN=arn) == refusal
    assert code(identity.tag_resource, ResourceARN=arn, Tags=tags(team="blue")) == refusal
    assert code(identity.untag_resource, ResourceARN=arn, TagKeys=["team"]) == refusal


def test_nobody_tags_in_another_account(cloud, acme, code):
    there = acme.arn.replace("111122223333", OTHER_ACCOUNT)
    assert code(cloud.identity().list_tags_for_resource, ResourceARN=there) == "AccessDeniedException"
