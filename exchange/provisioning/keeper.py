"""The role of the portal itself, where it has no key at AWS: it keeps one tenant's users. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.vouching import SUBJECT
from tenants.names import PORTALS_ADMIN

if TYPE_CHECKING:
    from exchange.abilities import Place

LABEL = "portal"
_USERS = (
    "CreateAppInstanceUser",
    "DeleteAppInstanceUser",
    "DescribeAppInstanceUser",
    "ListAppInstanceUsers",
    "PutAppInstanceUserExpirationSettings",
    "UpdateAppInstanceUser",
)
_CHANNELS = (
    "CreateChannel",
    "CreateChannelMembership",
    "DeleteChannelMembership",
    "DescribeChannel",
    "ListChannelMemberships",
)
_ROLES = ("DeleteRolePolicy", "GetRole", "PutRolePolicy", "SimulatePrincipalPolicy")


def policy(place: Place, role_arns: list[str]) -> dict[str, Any]:
    """Let it keep the app instance's users, look at the roles of the tenant's people, and deny running sessions there.

    Not at its own role: it could give itself more. Channels follow groups in the name of the portal's own admin alone.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [f"chime:{action}" for action in _USERS],
                "Resource": [place.app_instance, f"{place.app_instance}/user/*"],
            },
            {
                "Effect": "Allow",
                "Action": [f"chime:{action}" for action in _CHANNELS],
                "Resource": [f"{place.app_instance}/user/{PORTALS_ADMIN}", f"{place.app_instance}/channel/*"],
            },
            {
                "Effect": "Allow",
                "Action": [f"iam:{action}" for action in _ROLES],
                "Resource": role_arns,
            },
        ],
    }


def trust(provider_arn: str, audience: str) -> dict[str, Any]:
    """Let whoever shows the portal's token about itself, and nobody's else, act as this role."""
    issuer = provider_arn.partition(":oidc-provider/")[2]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider_arn},
                "Action": ["sts:AssumeRoleWithWebIdentity"],
                "Condition": {"StringEquals": {f"{issuer}:aud": audience, f"{issuer}:sub": SUBJECT}},
            }
        ],
    }
