"""What people may do in the chat, and the IAM documents that let them do just that. Pure.

Actions and what each is checked against: Service Authorization Reference, "Actions, resources, and condition keys for
Amazon Chime". The bearer is no condition but a resource: the ARN of one's own app instance user.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# The session tags on which everything stands; a tag that is missing makes a resource match nothing at all.
USER, APP_INSTANCE = "${aws:PrincipalTag/UserUUID}", "${aws:PrincipalTag/AppInstanceId}"
TAGS = ("AppInstanceId", "UserUUID", "TenantId", "ExchangeId")


class Ability(StrEnum):
    READ = "read"
    SEND = "send"
    EDIT = "edit"
    JOIN = "join"
    CREATE = "create"
    MODERATE = "moderate"
    DIRECTORY = "directory"


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role is good: in one app instance, or in each whose id the session's tag names."""

    partition: str
    region: str
    account: str
    app_instance_id: str = APP_INSTANCE

    @property
    def app_instance(self) -> str:
        return f"arn:{self.partition}:chime:{self.region}:{self.account}:app-instance/{self.app_instance_id}"


def place_of(app_instance_arn: str, *, shared: bool) -> Place:
    """Where an app instance is; `shared` leaves open which one."""
    _, partition, _, region, account, resource = app_instance_arn.split(":", 5)
    return Place(partition, region, account, *(() if shared else (resource.partition("/")[2],)))


def role_policy(place: Place, abilities: set[Ability]) -> dict[str, Any]:
    """Let whoever the session's tags name do these things, as themselves."""
    oneself = f"{place.app_instance}/user/{USER}"
    statements = (
        (_AS_ONESELF, [oneself]),
        (_IN_CHANNELS, [oneself, f"{place.app_instance}/channel/*"]),
        (_OF_EVERYBODY, [f"{place.app_instance}/user/*"]),
        (_ANYWHERE, ["*"]),
    )
    return _document(
        _allow([f"chime:{name}" for name in names], resources)
        for table, resources in statements
        if (names := sorted(name for ability in abilities for name in table.get(ability, ())))
    )


def trust_in_portal(principal: str, *, external_id: str = "", names_source: bool = False) -> dict[str, Any]:
    """Let the portal, whose ARN in IAM this is, assume the role, with the tags and no others."""
    condition = _with_tags()
    if external_id:
        condition["StringEquals"] = {"sts:ExternalId": external_id}
    actions = ["sts:AssumeRole", "sts:TagSession", *(["sts:SetSourceIdentity"] if names_source else [])]
    return _trust({"AWS": principal}, actions, condition)


def trust_in_tokens(provider_arn: str, audience: str, *, names_source: bool = False) -> dict[str, Any]:
    """Let whoever shows a token of this OpenID provider assume the role, with the tags and no others."""
    issuer = provider_arn.partition(":oidc-provider/")[2]
    condition = _with_tags() | {"StringEquals": {f"{issuer}:aud": audience}}
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", *(["sts:SetSourceIdentity"] if names_source else [])]
    return _trust({"Federated": provider_arn}, actions, condition)


def _with_tags() -> dict[str, Any]:
    return {
        "StringLike": {f"aws:RequestTag/{name}": "?*" for name in ("AppInstanceId", "UserUUID")},
        "ForAllValues:StringEquals": {"aws:TagKeys": list(TAGS)},
    }


def _trust(principal: dict[str, str], actions: list[str], condition: dict[str, Any]) -> dict[str, Any]:
    return _document([{"Effect": "Allow", "Principal": principal, "Action": actions, "Condition": condition}])


def _allow(actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _document(statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
