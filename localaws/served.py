"""Every operation that is served here, by service and name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.chime import tags
from localaws.chime.identity import admins, app_instances, expiration, retention, users
from localaws.chime.messaging import (
    bans,
    channel_expiration,
    channels,
    edits,
    flow_channels,
    flows,
    memberships,
    messages,
    moderators,
    own_channels,
    preferences,
    read_markers,
    search,
    sub_channels,
)
from localaws.cognito.served import SERVED as COGNITO
from localaws.iam import managed_policies, oidc_providers, roles, saml_providers, simulation
from localaws.iam import users as iam_users
from localaws.live import endpoint
from localaws.sts import assume_role, saml, web_identity
from localaws.user_pools import groups, pools
from localaws.user_pools import tags as pool_tags
from localaws.user_pools import users as pool_users

if TYPE_CHECKING:
    from localaws.call import Service

SERVED: dict[str, dict[str, Service]] = {
    "chime-sdk-identity": app_instances.SERVED
    | users.SERVED
    | admins.SERVED
    | expiration.SERVED
    | retention.SERVED
    | tags.SERVED,
    "chime-sdk-messaging": channels.SERVED
    | channel_expiration.SERVED
    | own_channels.SERVED
    | search.SERVED
    | memberships.SERVED
    | moderators.SERVED
    | bans.SERVED
    | preferences.SERVED
    | read_markers.SERVED
    | messages.SERVED
    | edits.SERVED
    | sub_channels.SERVED
    | flows.SERVED
    | flow_channels.SERVED
    | tags.SERVED
    | endpoint.SERVED,
    "sts": assume_role.SERVED | web_identity.SERVED | saml.SERVED,
    "iam": roles.SERVED
    | iam_users.SERVED
    | managed_policies.SERVED
    | oidc_providers.SERVED
    | saml_providers.SERVED
    | simulation.SERVED,
    "cognito-identity": COGNITO,
    "cognito-idp": pools.SERVED | pool_users.SERVED | groups.SERVED | pool_tags.SERVED,
}
