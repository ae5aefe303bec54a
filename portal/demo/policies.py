"""The IAM documents of the demo: what the portal may do, and what those may who act on its credentials.

The pattern is one role for all tenants, kept apart by session tags: a missing tag makes a resource match nothing
(IAM User Guide, "Policy variables").
"""

from __future__ import annotations

from typing import Any

REGION = "us-east-1"
ACCOUNT = "111122223333"

_TAGS = ["AppInstanceId", "UserUUID", "TenantId", "ExchangeId"]
_INSTANCE = f"arn:aws:chime:{REGION}:{ACCOUNT}:app-instance/${{aws:PrincipalTag/AppInstanceId}}"
_SELF = f"{_INSTANCE}/user/${{aws:PrincipalTag/UserUUID}}"
_CHANNELS = f"{_INSTANCE}/channel/*"

_LOOK = [
    "Connect",
    "ListChannels",
    "ListChannelMembershipsForAppInstanceUser",
    "ListChannelsModeratedByAppInstanceUser",
]
_TALK = [
    "DescribeChannel",
    "SendChannelMessage",
    "GetChannelMessage",
    "ListChannelMessages",
    "ListChannelMemberships",
    "CreateChannelMembership",
    "DeleteChannelMembership",
]
_EDIT = [
    "GetChannelMessageStatus",
    "UpdateChannelMessage",
    "RedactChannelMessage",
    "UpdateChannelReadMarker",
    "DescribeChannelMembership",
    "ListChannelModerators",
    "GetChannelMembershipPreferences",
    "PutChannelMembershipPreferences",
]
_KEEP_USERS = [
    "CreateAppInstanceUser",
    "UpdateAppInstanceUser",
    "DeleteAppInstanceUser",
    "DescribeAppInstanceUser",
    "ListAppInstanceUsers",
    "PutAppInstanceUserExpirationSettings",
]


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def portal() -> dict[str, Any]:
    """The portal keeps users; it reads no channel and writes no message."""
    return document(_allow(_KEEP_USERS, "*"))


def stagehand() -> dict[str, Any]:
    """Whoever sets the demo up makes app instances, channels and roles, which the portal itself never does."""
    return document(_allow(["*"], "*"), {"Effect": "Allow", "Action": "iam:*", "Resource": "*"})


def member() -> dict[str, Any]:
    return document(_allow([*_LOOK, "CreateChannel"], _SELF), _allow([*_TALK, *_EDIT], _SELF, _CHANNELS), _socket())


def guest() -> dict[str, Any]:
    return document(_allow(_LOOK, _SELF), _allow(_TALK, _SELF, _CHANNELS), _socket())


def trust(user_arn: str) -> dict[str, Any]:
    """Only this user may assume the role, and only with the tags that the policies above stand on."""
    condition = {
        "StringLike": {"aws:RequestTag/AppInstanceId": "?*", "aws:RequestTag/UserUUID": "?*"},
        "ForAllValues:StringEquals": {"aws:TagKeys": _TAGS},
    }
    actions = ["sts:AssumeRole", "sts:TagSession"]
    return document({"Effect": "Allow", "Principal": {"AWS": user_arn}, "Action": actions, "Condition": condition})


def _socket() -> dict[str, Any]:
    return _allow(["GetMessagingSessionEndpoint"], "*")


def _allow(actions: list[str], *resources: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": [f"chime:{action}" for action in actions], "Resource": list(resources)}
