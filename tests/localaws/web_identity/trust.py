"""Roles that believe an issuer outside AWS, and those who come with its tokens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.localaws.cloud import ACCOUNT, Key, allow, role_arn

if TYPE_CHECKING:
    from tests.localaws.issuer import Issuer

ALL_ACTIONS = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]


def arn_of(issuer: Issuer) -> str:
    return f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer.name}"


def make_role(cloud, name, issuer, condition, actions=ALL_ACTIONS):
    trust = {"Effect": "Allow", "Principal": {"Federated": arn_of(issuer)}, "Action": actions, "Condition": condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    cloud.iam().create_role(RoleName=name, AssumeRolePolicyDocument=document)
    own = json.dumps(allow(["chime:*"], "*"))
    cloud.iam().put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=own)
    return role_arn(name)


def drop_role(cloud, name):
    cloud.iam().delete_role_policy(RoleName=name, PolicyName="own")
    cloud.iam().delete_role(RoleName=name)


def wish(role, token, **wishes):
    return {"RoleArn": role, "RoleSessionName": "alice", "WebIdentityToken": token, **wishes}


def become(nobody, role, token, **wishes) -> Key:
    made = nobody.assume_role_with_web_identity(**wish(role, token, **wishes))["Credentials"]
    return Key(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
