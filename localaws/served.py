"""Every operation that is served here, by service and name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.chime import (
    admins,
    app_instances,
    channels,
    expiration,
    memberships,
    messages,
    retention,
    tags,
    users,
)
from localaws.sts import assume_role

if TYPE_CHECKING:
    from localaws.call import Service

SERVED: dict[str, dict[str, Service]] = {
    "chime-sdk-identity": app_instances.SERVED
    | users.SERVED
    | admins.SERVED
    | expiration.SERVED
    | retention.SERVED
    | tags.SERVED,
    "chime-sdk-messaging": channels.SERVED | memberships.SERVED | messages.SERVED | tags.SERVED,
    "sts": assume_role.SERVED,
    "iam": {},
    "cognito-identity": {},
}
