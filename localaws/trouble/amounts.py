"""How much of everything Chime keeps, as it has it by default.

https://docs.aws.amazon.com/general/latest/gr/chime-sdk.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    """What AWS gives no code for has a name instead."""

    code: str
    name: str
    most: int


APP_INSTANCES = Amount("L-0222B40A", "app instances of an account in a region", 100)
USERS = Amount("L-D54E9933", "users of an app instance", 100_000)
ADMINS = Amount("L-9A7ECB60", "admins of an app instance", 100)
CHANNELS = Amount("L-0AC3ED57", "channels of an app instance", 10_000_000)
MEMBERSHIPS_OF_CHANNEL = Amount("L-9A2511FF", "memberships of a channel", 10_000)
MEMBERSHIPS_OF_USER = Amount("MembershipsPerUser", "memberships of a user", 20_000)
MODERATORS = Amount("L-3E511C5B", "moderators of a channel", 1_000)
FLOWS = Amount("L-D1550AB5", "channel flows of an app instance", 100)
ELASTIC_CHANNELS = Amount("L-710A5D85", "elastic channels of an app instance", 1)
SUB_CHANNELS = Amount("L-81922B66", "sub-channels of an elastic channel", 100)
MEMBERS_OF_SUB_CHANNEL = Amount("L-FBA49761", "members of a sub-channel", 1_000)

AMOUNTS = (
    APP_INSTANCES,
    USERS,
    ADMINS,
    CHANNELS,
    MEMBERSHIPS_OF_CHANNEL,
    MEMBERSHIPS_OF_USER,
    MODERATORS,
    FLOWS,
    ELASTIC_CHANNELS,
    SUB_CHANNELS,
    MEMBERS_OF_SUB_CHANNEL,
)
