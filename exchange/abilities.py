"""What people may do in the chat, and the IAM documents that let them do just that. Pure.

Actions and what each is checked against: Service Authorization Reference, "Actions, resources, and condition keys for
Amazon Chime". The bearer is no condition but a resource: the ARN of one's own app instance user.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from exchange.tags import OWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# The session tags on which everything stands; a tag that is missing makes a resource match nothing at all.
USER, APP_INSTANCE = "${aws:PrincipalTag/UserUUID}", "${aws:PrincipalTag/AppInstanceId}"


# STS, AssumeRole: characters of a session policy.
SESSION_POLICY_MAX = 2_048


class Ability(StrEnum):
    READ = "read"
    SEND = "send"
    EDIT = "edit"
    JOIN = "join"
    CREATE = "create"
    MODERATE = "moderate"
    DIRECTORY = "directory"
    ATTACH = "attach"


# What members and guests may do, unless the operator wants it otherwise.
USUAL: dict[str, tuple[Ability, ...]] = {
    "member": (Ability.READ, Ability.SEND, Ability.EDIT, Ability.JOIN, Ability.CREATE),
    "guest": (Ability.READ, Ability.SEND, Ability.JOIN),
}
# Checked against one's own ARN.
_AS_ONESELF = {
    Ability.READ: (
        "Connect",
        "ListChannels",
        "ListChannelMembershipsForAppInstanceUser",
        "ListChannelsModeratedByAppInstanceUser",
    ),
    Ability.CREATE: ("CreateChannel",),
}
# Checked against one's own ARN and a channel's; whose channels these are, is for the service to say.
_IN_CHANNELS = {
    Ability.READ: (
        "DescribeChannel",
        "DescribeChannelMembership",
        "GetChannelMembershipPreferences",
        "GetChannelMessage",
        "ListChannelMemberships",
        "ListChannelMessages",
        "ListChannelModerators",
        "PutChannelMembershipPreferences",
        "UpdateChannelReadMarker",
    ),
    Ability.SEND: ("GetChannelMessageStatus", "SendChannelMessage"),
    Ability.EDIT: ("RedactChannelMessage", "UpdateChannelMessage"),
    Ability.JOIN: ("CreateChannelMembership", "DeleteChannelMembership"),
    Ability.MODERATE: (
        "CreateChannelBan",
        "CreateChannelModerator",
        "DeleteChannel",
        "DeleteChannelBan",
        "DeleteChannelModerator",
        "DescribeChannelBan",
        "DescribeChannelModerator",
        "ListChannelBans",
        "UpdateChannel",
    ),
}
# Checked against everybody of the app instance.
_OF_EVERYBODY = {Ability.DIRECTORY: ("DescribeAppInstanceUser", "ListAppInstanceUsers")}
# Checked against nothing.
_ANYWHERE = {Ability.READ: ("GetMessagingSessionEndpoint",)}
# Files lie in a bucket, in a folder of each app instance and in it one of each user; a message names them.
_OWN_FILES = {Ability.ATTACH: ("PutObject",)}
_FILES = {Ability.ATTACH: ("GetObject",)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role is good: in one app instance, or in each whose id the session's tag names."""

    partition: str
    region: str
    account: str
    app_instance_id: str = APP_INSTANCE
    files_bucket: str = ""

    @property
    def app_instance(self) -> str:
        return f"arn:{self.partition}:chime:{self.region}:{self.account}:app-instance/{self.app_instance_id}"

    @property
    def files(self) -> str:
        return f"arn:{self.partition}:s3:::{self.files_bucket}/{self.app_instance_id}"


def place_of(app_instance_arn: str, *, shared: bool, files_bucket: str = "") -> Place:
    """Where an app instance is; `shared` leaves open which one."""
    _, partition, _, region, account, resource = app_instance_arn.split(":", 5)
    app_instance_id = APP_INSTANCE if shared else resource.partition("/")[2]
    return Place(partition, region, account, app_instance_id, files_bucket)


def role_policy(place: Place, abilities: Collection[Ability]) -> dict[str, Any]:
    """Let whoever the session's tags name do these things, as themselves."""
    return _document(
        _allow([f"{service}:{name}" for name in names], resources)
        for service, table, resources in _checked(place)
        if (names := sorted(name for ability in abilities for name in table.get(ability, ())))
    )


def session_policy(place: Place, abilities: Collection[Ability]) -> str:
    """The same as a text, as short as can be: STS counts its characters."""
    return json.dumps(role_policy(place, abilities), separators=(",", ":"))


def actions(place: Place, ability: Ability) -> list[tuple[str, str]]:
    """Return each action of an ability with each resource that it is checked against."""
    return [
        (f"{service}:{name}", resource)
        for service, table, resources in _checked(place)
        for name in table.get(ability, ())
        for resource in resources
    ]


def _checked(place: Place) -> list[tuple[str, Mapping[Ability, tuple[str, ...]], list[str]]]:
    oneself = f"{place.app_instance}/user/{USER}"
    return [
        ("chime", _AS_ONESELF, [oneself]),
        ("chime", _IN_CHANNELS, [oneself, f"{place.app_instance}/channel/*"]),
        ("chime", _OF_EVERYBODY, [f"{place.app_instance}/user/*"]),
        ("chime", _ANYWHERE, ["*"]),
        ("s3", _OWN_FILES, [f"{place.files}/{USER}/*"]),
        ("s3", _FILES, [f"{place.files}/*"]),
    ]


def trust_in_portal(
    principal: str, *, external_id: str = "", names_source: bool = False, tag_keys: Iterable[str] = ()
) -> dict[str, Any]:
    """Let the portal, whose ARN in IAM this is, assume the role, with the tags (its own and these) and no others."""
    condition = _with_tags(tag_keys)
    if external_id:
        condition["StringEquals"] = {"sts:ExternalId": external_id}
    actions = ["sts:AssumeRole", "sts:TagSession", *(["sts:SetSourceIdentity"] if names_source else [])]
    return _trust({"AWS": principal}, actions, condition)


def trust_in_tokens(
    provider_arn: str, audience: str, *, names_source: bool = False, tag_keys: Iterable[str] = ()
) -> dict[str, Any]:
    """Let whoever shows a token of this OpenID provider assume the role, with the tags and no others."""
    issuer = provider_arn.partition(":oidc-provider/")[2]
    condition = _with_tags(tag_keys) | {"StringEquals": {f"{issuer}:aud": audience}}
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", *(["sts:SetSourceIdentity"] if names_source else [])]
    return _trust({"Federated": provider_arn}, actions, condition)


def trust_in_pool(pool_id: str, *, tag_keys: Iterable[str] = ()) -> dict[str, Any]:
    """Let whoever this Cognito identity pool has authenticated act as the role, with the tags."""
    cognito = "cognito-identity.amazonaws.com"
    condition = _with_tags(tag_keys) | {
        "StringEquals": {f"{cognito}:aud": pool_id},
        "ForAnyValue:StringLike": {f"{cognito}:amr": "authenticated"},
    }
    return _trust({"Federated": cognito}, ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"], condition)


def _with_tags(tag_keys: Iterable[str]) -> dict[str, Any]:
    return {
        "StringLike": {f"aws:RequestTag/{name}": "?*" for name in ("AppInstanceId", "UserUUID")},
        "ForAllValues:StringEquals": {"aws:TagKeys": [*OWN, *tag_keys]},
    }


def _trust(principal: dict[str, str], actions: list[str], condition: dict[str, Any]) -> dict[str, Any]:
    return _document([{"Effect": "Allow", "Principal": principal, "Action": actions, "Condition": condition}])


def _allow(actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _document(statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
