"""Tag-based access, as policies tell it apart by what the request brings and by what the resource has."""

from __future__ import annotations

import json

import pytest

from tests.localaws.cloud import tags


@pytest.fixture
def as_told(cloud):
    """A session that a policy narrows down to one action under a condition."""

    def narrow(action: str, condition):
        statement = {"Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        return cloud.identity(cloud.assume("NoTags", Policy=json.dumps(policy)))

    return narrow


def test_a_tag_of_the_resource_decides(cloud, acme, as_told, code):
    only_blue = as_told("chime:DescribeAppInstanceUser", {"StringEquals": {"aws:ResourceTag/Team": "blue"}})
    cloud.identity().tag_resource(ResourceARN=acme["alice"], Tags=tags(team="blue"))
    cloud.identity().tag_resource(ResourceARN=acme["bob"], Tags=tags(team="red"))
    cloud.identity().tag_resource(ResourceARN=acme.arn, Tags=tags(team="blue"))
    described = only_blue.describe_app_instance_user(AppInstanceUserArn=acme["alice"])
    assert described["AppInstanceUser"]["Name"] == "Alice"
    for untagged in (acme["bob"], acme["dora"], f"{acme.arn}/user/ghost"):
        refusal = code(only_blue.describe_app_instance_user, AppInstanceUserArn=untagged)
        assert refusal == "AccessDeniedException"


def test_a_tag_of_the_app_instance_decides(cloud, acme, globex, as_told, code):
    only_blue = as_told("chime:DescribeAppInstance", {"StringEquals": {"aws:ResourceTag/team": "blue"}})
    cloud.identity().tag_resource(ResourceARN=acme.arn, Tags=tags(team="blue"))
    assert only_blue.describe_app_instance(AppInstanceArn=acme.arn)
    assert code(only_blue.describe_app_instance, AppInstanceArn=globex.arn) == "AccessDeniedException"


def test_a_tag_of_a_channel_decides(cloud, acme, code):
    """The bearer needs the tag, too: each resource of the call is judged by its own."""
    condition = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    statement = {"Effect": "Allow", "Action": "chime:DescribeChannel", "Resource": "*", "Condition": condition}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    only_blue = cloud.messaging(cloud.assume("NoTags", Policy=policy))
    made = {"AppInstanceArn": acme.arn, "ChimeBearer": acme["alice"]}
    blue = cloud.messaging().create_channel(**made, Name="blue", Tags=tags(team="blue"))["ChannelArn"]
    grey = cloud.messaging().create_channel(**made, Name="grey")["ChannelArn"]
    seen = {"ChimeBearer": acme["alice"]}
    assert code(only_blue.describe_channel, ChannelArn=blue, **seen) == "AccessDeniedException"
    cloud.identity().tag_resource(ResourceARN=acme["alice"], Tags=tags(team="blue"))
    assert only_blue.describe_channel(ChannelArn=blue, **seen)["Channel"]["Name"] == "blue"
    assert code(only_blue.describe_channel, ChannelArn=grey, **seen) == "AccessDeniedException"


def test_a_tag_of_the_request_decides(acme, as_told, code):
    only_blue = as_told("chime:CreateAppInstanceUser", {"StringEquals": {"aws:RequestTag/team": "blue"}})
    eve = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "eve", "Name": "Eve"}
    assert code(only_blue.create_app_instance_user, **eve) == "AccessDeniedException"
    assert code(only_blue.create_app_instance_user, **eve, Tags=tags(team="red")) == "AccessDeniedException"
    assert only_blue.create_app_instance_user(**eve, Tags=tags(team="blue"))


@pytest.mark.parametrize("action", ["TagResource", "UntagResource"])
def test_the_keys_of_the_request_decide(cloud, acme, as_told, code, action):
    only_team = as_told(f"chime:{action}", {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}})
    cloud.identity().tag_resource(ResourceARN=acme.arn, Tags=tags(team="blue", owner="dora"))
    if action == "TagResource":
        only_team.tag_resource(ResourceARN=acme.arn, Tags=tags(team="red"))
        refusal = code(only_team.tag_resource, ResourceARN=acme.arn, Tags=tags(team="red", owner="eve"))
    else:
        only_team.untag_resource(ResourceARN=acme.arn, TagKeys=["team"])
        refusal = code(only_team.untag_resource, ResourceARN=acme.arn, TagKeys=["team", "owner"])
    assert refusal == "AccessDeniedException"
