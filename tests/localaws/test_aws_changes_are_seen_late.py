from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloud import ACCOUNT, OWNER, Cloud, allow, eventually, tags

# Longer than the calls in between take, shorter than anybody wants to wait.
DELAY = 0.4
PORTAL_ARN = f"arn:aws:iam::{ACCOUNT}:user/portal"
A_DAY = {"ExpirationDays": 1, "ExpirationCriterion": "CREATED_TIMESTAMP"}
KEEP = {"ChannelRetentionSettings": {"RetentionDays": 1}}


@pytest.fixture(autouse=True)
def _back_to_normal(cloud):
    yield
    cloud.control("DELETE", "behaviour")


@pytest.fixture
def slow(cloud, acme):
    """Acme's people are seen already."""
    cloud.control("PUT", "behaviour", {"PropagationDelay": DELAY})
    return acme


def describe(cloud, arn):
    return cloud.identity().describe_app_instance_user(AppInstanceUserArn=arn)["AppInstanceUser"]


def ids(cloud, house) -> list[str]:
    listed = cloud.identity().list_app_instance_users(AppInstanceArn=house.arn)["AppInstanceUsers"]
    return [each["AppInstanceUserArn"].rpartition("/")[2] for each in listed]


def test_who_was_created_is_not_known_at_first(cloud, slow, code):
    eve = {"AppInstanceArn": slow.arn, "AppInstanceUserId": "eve", "Name": "Eve"}
    arn = cloud.identity().create_app_instance_user(**eve)["AppInstanceUserArn"]
    messaging = cloud.messaging()
    asked = {"AppInstanceArn": slow.arn, "ChimeBearer": arn}
    channel = {"AppInstanceArn": slow.arn, "Name": "x", "ChimeBearer": slow["alice"], "MemberArns": [arn]}
    assert code(cloud.identity().describe_app_instance_user, AppInstanceUserArn=arn) == "ForbiddenException"
    assert ids(cloud, slow) == ["alice", "bob", "dora"]
    assert code(messaging.list_channels, **asked) == "UnauthorizedClientException"
    assert code(messaging.create_channel, **channel) == "ForbiddenException"
    assert cloud.identity().create_app_instance_user(**eve)["AppInstanceUserArn"] == arn
    assert code(cloud.identity().create_app_instance_user, **{**eve, "Name": "Eva"}) == "ConflictException"
    eventually(lambda: "eve" in ids(cloud, slow))
    assert messaging.list_channels(**asked)["Channels"] == []
    assert describe(cloud, arn)["Name"] == "Eve"


def test_a_new_name_is_seen_late_and_changes_build_on_each_other(cloud, slow):
    identity = cloud.identity()
    identity.update_app_instance_user(AppInstanceUserArn=slow["bob"], Name="Robert", Metadata="m")
    identity.tag_resource(ResourceARN=slow["bob"], Tags=[{"Key": "team", "Value": "blue"}])
    assert describe(cloud, slow["bob"])["Name"] == "Bob"
    eventually(lambda: bool(identity.list_tags_for_resource(ResourceARN=slow["bob"])["Tags"]))
    assert describe(cloud, slow["bob"])["Name"] == "Robert"


def test_who_was_deleted_is_known_for_a_while_and_cannot_be_deleted_twice(cloud, slow, code):
    bob = {"AppInstanceUserArn": slow["bob"]}
    cloud.identity().delete_app_instance_user(**bob)
    assert describe(cloud, slow["bob"])["Name"] == "Bob"
    assert cloud.messaging().list_channels(AppInstanceArn=slow.arn, ChimeBearer=slow["bob"])["Channels"] == []
    assert code(cloud.identity().delete_app_instance_user, **bob) == "ForbiddenException"
    eventually(lambda: "bob" not in ids(cloud, slow))


def test_without_the_delay_what_is_on_its_way_arrives_with_the_next_change(cloud, acme):
    cloud.control("PUT", "behaviour", {"PropagationDelay": 3600})
    identity = cloud.identity()
    identity.update_app_instance_user(AppInstanceUserArn=acme["bob"], Name="Robert", Metadata="")
    cloud.control("PUT", "behaviour", {"PropagationDelay": 0})
    assert describe(cloud, acme["bob"])["Name"] == "Bob"
    identity.tag_resource(ResourceARN=acme["bob"], Tags=[{"Key": "team", "Value": "blue"}])
    assert describe(cloud, acme["bob"])["Name"] == "Robert"


def test_a_new_policy_counts_late_and_can_be_built_on_at_once(cloud, slow, code):
    iam, sts, role = cloud.client("iam", OWNER), cloud.sts(), {"RoleName": "Late"}
    trust = {"Effect": "Allow", "Principal": {"AWS": PORTAL_ARN}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = iam.create_role(**role, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    assert code(sts.assume_role, RoleArn=arn, RoleSessionName="late") == "AccessDenied"
    assert code(iam.create_role, **role, AssumeRolePolicyDocument=document) == "EntityAlreadyExists"
    iam.put_role_policy(**role, PolicyName="all", PolicyDocument=json.dumps(allow(["chime:*"], "*")))
    assert iam.list_role_policies(**role)["PolicyNames"] == ["all"]
    eventually(lambda: may(sts.assume_role, RoleArn=arn, RoleSessionName="late"))
    late = cloud.identity(cloud.assume("Late"))
    eventually(lambda: may(late.list_app_instances))
    iam.delete_role_policy(**role, PolicyName="all")
    iam.delete_role(**role)
    assert code(iam.get_role, **role) == "NoSuchEntity"
    assert late.list_app_instances()
    eventually(lambda: not may(late.list_app_instances))


def may(call, **members) -> bool:
    try:
        call(**members)
    except ClientError:
        return False
    return True


def test_all_that_was_written_is_kept_when_the_process_ends(setup_file, tmp_path):
    snapshot = ["--setup", str(setup_file), "--snapshot", str(tmp_path / "snapshot")]
    cloud = Cloud(*snapshot, "--behaviour", "PropagationDelay=3600")
    try:
        arn = cloud.identity().create_app_instance(Name="acme")["AppInstanceArn"]
        cloud.identity().create_app_instance_user(
            AppInstanceArn=arn, AppInstanceUserId="eve", Name="Eve", Tags=tags(team="blue"), ExpirationSettings=A_DAY
        )
        cloud.identity().put_app_instance_retention_settings(AppInstanceArn=arn, AppInstanceRetentionSettings=KEEP)
        cloud.identity().tag_resource(ResourceARN=arn, Tags=tags(team="red"))
    finally:
        cloud.stop()
    again = Cloud(*snapshot)
    try:
        eve, identity = f"{arn}/user/eve", again.identity()
        assert (describe(again, eve)["Name"], describe(again, eve)["ExpirationSettings"]) == ("Eve", A_DAY)
        kept = identity.get_app_instance_retention_settings(AppInstanceArn=arn)
        assert kept["AppInstanceRetentionSettings"] == KEEP
        assert "InitiateDeletionTimestamp" in kept
        assert identity.list_tags_for_resource(ResourceARN=eve)["Tags"] == tags(team="blue")
        assert identity.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags(team="red")
    finally:
        again.stop()
