"""How many calls a second AWS takes, as it has them by default, in its words.

https://docs.aws.amazon.com/general/latest/gr/chime-sdk.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.trouble import scopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.call import Call

IDENTITY, MESSAGING, STS, COGNITO = "chime-sdk-identity", "chime-sdk-messaging", "sts", "cognito-identity"
USER_POOLS = "cognito-idp"
FRANKFURT = "eu-central-1"


@dataclass(frozen=True)
class Rate:
    """Calls a second of all its operations together, or of the whole service when it names none, in each scope.

    What AWS gives no code for has the name of its operation instead.
    """

    code: str
    name: str
    service: str
    operations: frozenset[str]
    scope: Callable[[Call], str | None]
    per_second: float
    in_frankfurt: float | None = None
    of_elastic_channels: float | None = None

    def covers(self, service: str, operation: str) -> bool:
        return service == self.service and (not self.operations or operation in self.operations)

    def figure(self, call: Call) -> float:
        if self.in_frankfurt is not None and call.region == FRANKFURT:
            return self.in_frankfurt
        if self.of_elastic_channels is not None and scopes.is_elastic(call):
            return self.of_elastic_channels
        return self.per_second


def verbs(noun: str, *words: str) -> frozenset[str]:
    return frozenset(f"{word}{noun}" for word in words)


def one(operation: str) -> frozenset[str]:
    return frozenset({operation})


LISTS_OF_POOLS = frozenset({"ListUsers", "ListGroups", "ListUsersInGroup"})
WRITE = ("Create", "Update", "Delete")
MEMBERS_OF_CHANNELS = frozenset(
    f"{verb}Channel{noun}" for verb in ("Create", "Delete") for noun in ("Membership", "Ban", "Moderator")
)
LISTS_OF_CHANNELS = frozenset({"ListChannelMemberships", "ListChannelBans", "ListChannelModerators"})
WRITE_MESSAGES = verbs("ChannelMessage", "Send", "Update", "Redact", "Delete") | {"ChannelFlowCallback"}
OWN_MEMBERSHIPS = "ListChannelMembershipsForAppInstanceUser"
OWN_MODERATED = "ListChannelsModeratedByAppInstanceUser"
OF_THE_ACCOUNT = frozenset(
    {
        "AssumeRole",
        "DecodeAuthorizationMessage",
        "GetAccessKeyInfo",
        "GetCallerIdentity",
        "GetFederationToken",
        "GetSessionToken",
    }
)

RATES = (
    Rate("L-58DEE317", "all identity calls", IDENTITY, frozenset(), scopes.account, 50),
    Rate("L-0A68E24C", "writes of app instances", IDENTITY, verbs("AppInstance", *WRITE), scopes.app_instance, 5),
    Rate("L-D99DAB65", "writes of users", IDENTITY, verbs("AppInstanceUser", *WRITE), scopes.app_instance, 10),
    Rate("L-3C5ED081", "DescribeAppInstance", IDENTITY, one("DescribeAppInstance"), scopes.app_instance, 20),
    Rate("L-13B02A3D", "DescribeAppInstanceUser", IDENTITY, one("DescribeAppInstanceUser"), scopes.user, 20),
    Rate("L-1DB18BA9", "ListAppInstances", IDENTITY, one("ListAppInstances"), scopes.account, 10),
    Rate("L-EA3B8D9B", "ListAppInstanceUsers", IDENTITY, one("ListAppInstanceUsers"), scopes.app_instance, 10),
    Rate("L-A92E8EF9", "all messaging calls of a bearer", MESSAGING, frozenset(), scopes.bearer, 10, in_frankfurt=5),
    Rate("L-53F2D722", "writes of channels", MESSAGING, verbs("Channel", *WRITE), scopes.app_instance, 15),
    Rate("L-B17C47C8", "ListChannels", MESSAGING, one("ListChannels"), scopes.app_instance, 10),
    Rate("L-06A9F29A", "DescribeChannel", MESSAGING, one("DescribeChannel"), scopes.channel, 20),
    Rate(
        "L-9B0D42EC",
        "writes of members, bans and moderators",
        MESSAGING,
        MEMBERS_OF_CHANNELS,
        scopes.channel,
        15,
        in_frankfurt=10,
        of_elastic_channels=30,
    ),
    Rate("L-B5609908", "lists of members, bans and moderators", MESSAGING, LISTS_OF_CHANNELS, scopes.channel, 15),
    Rate("L-FE35185B", "writes of messages", MESSAGING, WRITE_MESSAGES, scopes.channel, 30, in_frankfurt=10),
    Rate("L-37E67822", "ListChannelMessages", MESSAGING, one("ListChannelMessages"), scopes.channel, 30),
    Rate("L-BB2EEB39", "GetChannelMessage", MESSAGING, one("GetChannelMessage"), scopes.channel, 30),
    Rate("L-06F4BAB8", OWN_MEMBERSHIPS, MESSAGING, one(OWN_MEMBERSHIPS), scopes.user, 15),
    Rate("L-E8D9FB57", OWN_MODERATED, MESSAGING, one(OWN_MODERATED), scopes.user, 15),
    Rate("L-303077AC", "ListSubChannels", MESSAGING, one("ListSubChannels"), scopes.channel, 15),
    Rate(
        "BatchCreateChannelMembership",
        "batches",
        MESSAGING,
        verbs("ChannelMembership", "BatchCreate"),
        scopes.channel,
        1,
    ),
    Rate("AssumeRole", "the signed calls of STS", STS, OF_THE_ACCOUNT, scopes.account, 600),
    Rate("GetId", "GetId", COGNITO, one("GetId"), scopes.account, 25),
    Rate("GetOpenIdToken", "GetOpenIdToken", COGNITO, one("GetOpenIdToken"), scopes.account, 200),
    Rate(
        "GetOpenIdTokenForDeveloperIdentity",
        "GetOpenIdTokenForDeveloperIdentity",
        COGNITO,
        one("GetOpenIdTokenForDeveloperIdentity"),
        scopes.account,
        50,
    ),
    Rate(
        "GetCredentialsForIdentity",
        "GetCredentialsForIdentity",
        COGNITO,
        one("GetCredentialsForIdentity"),
        scopes.account,
        200,
    ),
    Rate("UserList", "the lists of a user pool", USER_POOLS, LISTS_OF_POOLS, scopes.account, 30),
)
