"""Every operation that is served here, by service and name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.chime import admins, channels, memberships, messages, users
from localaws.sts import assume_role

if TYPE_CHECKING:
    from localaws.call import Service

SERVED: dict[str, dict[str, Service]] = {
    "chime-sdk-identity": users.SERVED | admins.SERVED,
    "chime-sdk-messaging": channels.SERVED | memberships.SERVED | messages.SERVED,
    "sts": assume_role.SERVED,
    "iam": {},
    "cognito-identity": {},
}
