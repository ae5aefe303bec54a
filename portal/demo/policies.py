"""The IAM documents of the demo: what the portal may do, and what those may who act on its credentials.

The pattern is one role for all tenants, kept apart by session tags: a missing tag makes a resource match nothing
(IAM User Guide, "Policy variables").
"""

from __future__ import annotations

from typing import Any

from exchange.abilities import Ability, Place, role_policy
from tenants.names import PORTALS_ADMIN

REGION = "us-east-1"
ACCOUNT = "111122223333"
_ACCOUNT = Place("aws", REGION, ACCOUNT)

_KEEP_USERS = [
    "CreateAppInstanceUser",
    "UpdateAppInstanceUser",
    "DeleteAppInstanceUser",
    "DescribeAppInstanceUser",
    "ListAppInstanceUsers",
    "PutAppInstanceUserExpirationSettings",
]
_KEEP_CHANNELS = [
    "CreateChannel",
    "CreateChannelMembership",
    "DeleteChannelMembership",
    "DescribeChannel",
    "ListChannelMemberships",
]
_READ_POOLS = ["DescribeUserPool", "ListGroups", "ListUsers", "ListUsersInGroup"]


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def portal() -> dict[str, Any]:
    """The portal keeps users, vouches for them, denies what they had, looks at roles and pools; reads no message."""
    vouch = {"Effect": "Allow", "Action": "cognito-identity:GetOpenIdTokenForDeveloperIdentity", "Resource": "*"}
    deny = {"Effect": "Allow", "Action": ["iam:PutRolePolicy", "iam:DeleteRolePolicy"], "Resource": "*"}
    look = {"Effect": "Allow", "Action": ["iam:GetRole", "iam:SimulatePrincipalPolicy"], "Resource": "*"}
    place = f"arn:aws:chime:{REGION}:{ACCOUNT}:app-instance/*"
    keep_channels = _allow(_KEEP_CHANNELS, f"{place}/user/{PORTALS_ADMIN}", f"{place}/channel/*")
    read = {"Effect": "Allow", "Action": [f"cognito-idp:{action}" for action in _READ_POOLS], "Resource": "*"}
    return document(_allow(_KEEP_USERS, "*"), keep_channels, vouch, deny, look, read)


def stagehand() -> dict[str, Any]:
    """Whoever sets the demo up makes app instances, channels and roles, which the portal itself never does."""
    return document(
        _allow(["*"], "*"),
        {"Effect": "Allow", "Action": ["iam:*", "cognito-identity:*", "cognito-idp:*"], "Resource": "*"},
    )


def member() -> dict[str, Any]:
    return role_policy(_ACCOUNT, {Ability.READ, Ability.SEND, Ability.EDIT, Ability.JOIN, Ability.CREATE})


def guest() -> dict[str, Any]:
    return role_policy(_ACCOUNT, {Ability.READ, Ability.SEND, Ability.JOIN})


def _allow(actions: list[str], *resources: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": [f"chime:{action}" for action in actions], "Resource": list(resources)}
