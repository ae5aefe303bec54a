from __future__ import annotations

import json

import pytest

from tests.localaws.cloud import ACCOUNT, Key, allow, tags


@pytest.fixture
def robot(cloud):
    """A user who may ask for himself."""
    iam = cloud.iam()
    iam.create_user(UserName="robot", Tags=tags(Kind="machine"))
    own = allow(["iam:GetUser", "iam:CreateAccessKey", "iam:ListAccessKeys"], f"arn:aws:iam::{ACCOUNT}:user/robot")
    iam.put_user_policy(UserName="robot", PolicyName="own", PolicyDocument=json.dumps(own))
    yield "robot"
    for key in iam.list_access_keys(UserName="robot")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="robot", AccessKeyId=key["AccessKeyId"])
    for name in iam.list_user_policies(UserName="robot")["PolicyNames"]:
        iam.delete_user_policy(UserName="robot", PolicyName=name)
    iam.delete_user(UserName="robot")


def make_key(cloud) -> Key:
    made = cloud.iam().create_access_key(UserName="robot")["AccessKey"]
    return Key(made["AccessKeyId"], made["SecretAccessKey"])


def test_a_key_works_until_it_is_switched_off(cloud, robot, code):
    key, iam = make_key(cloud), cloud.iam()
    caller = cloud.sts(key).get_caller_identity
    assert caller()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/robot"
    iam.update_access_key(UserName="robot", AccessKeyId=key.access_key_id, Status="Inactive")
    assert code(caller) == "InvalidClientTokenId"
    iam.update_access_key(UserName="robot", AccessKeyId=key.access_key_id, Status="Active")
    assert caller()
    iam.delete_access_key(UserName="robot", AccessKeyId=key.access_key_id)
    assert code(caller) == "InvalidClientTokenId"
    gone = {"UserName": "robot", "AccessKeyId": key.access_key_id}
    assert code(iam.delete_access_key, **gone) == "NoSuchEntity"


def test_a_user_has_two_keys_at_most(cloud, robot, code):
    keys = {make_key(cloud).access_key_id, make_key(cloud).access_key_id}
    assert code(cloud.iam().create_access_key, UserName="robot") == "LimitExceeded"
    listed = cloud.iam().list_access_keys(UserName="robot")["AccessKeyMetadata"]
    assert {key["AccessKeyId"] for key in listed} == keys
    assert code(cloud.iam().delete_user, UserName="robot") == "DeleteConflict"


def test_users_may_leave_out_who_they_are(cloud, robot, code):
    own = cloud.iam(make_key(cloud))
    assert own.get_user()["User"]["UserName"] == "robot"
    assert own.get_user()["User"]["Tags"] == tags(Kind="machine")
    assert len(own.list_access_keys()["AccessKeyMetadata"]) == 1
    assert code(own.get_user, UserName="portal") == "AccessDenied"


def test_a_user_is_made_once(cloud, robot, code):
    assert code(cloud.iam().create_user, UserName="Robot") == "EntityAlreadyExists"
    assert code(cloud.iam().get_user, UserName="nobody") == "NoSuchEntity"
    assert "robot" in [user["UserName"] for user in cloud.iam().list_users()["Users"]]


def test_policies_of_a_user_count(cloud, robot, acme, code):
    iam, identity = cloud.iam(), cloud.identity(make_key(cloud))
    assert code(identity.describe_app_instance, AppInstanceArn=acme.arn) == "AccessDeniedException"
    look = iam.create_policy(PolicyName="user-look", PolicyDocument=json.dumps(allow(["chime:*"], "*")))["Policy"][
        "Arn"
    ]
    iam.attach_user_policy(UserName="robot", PolicyArn=look)
    assert identity.describe_app_instance(AppInstanceArn=acme.arn)
    attached = iam.list_attached_user_policies(UserName="robot")["AttachedPolicies"]
    assert attached == [{"PolicyName": "user-look", "PolicyArn": look}]
    iam.detach_user_policy(UserName="robot", PolicyArn=look)
    iam.delete_policy(PolicyArn=look)
    long = json.dumps(allow([f"chime:A{number:06}" for number in range(200)], "*"))
    given = {"UserName": "robot", "PolicyName": "long", "PolicyDocument": long}
    assert code(iam.put_user_policy, **given) == "LimitExceeded"
    assert iam.get_user_policy(UserName="robot", PolicyName="own")["PolicyDocument"]["Version"] == "2012-10-17"
    iam.tag_user(UserName="robot", Tags=tags(Team="blue"))
    iam.untag_user(UserName="robot", TagKeys=["Kind"])
    assert iam.list_user_tags(UserName="robot")["Tags"] == tags(Team="blue")
