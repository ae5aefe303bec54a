"""How a user of the portal appears at Chime. Pure.

Limits: Amazon Chime SDK, CreateAppInstanceUser: AppInstanceUserId 1-64 characters, Name 1-100 with a visible
character, Metadata 0-1024 characters.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from tenants.models import Tenant

_NAME_MAX = 100
_GUEST = "anon_"
_TOKENS = uuid.UUID("0b9c8d5e-6f0a-5b1c-9d2e-3f4a5b6c7d8e")  # our namespace for name-based UUIDs (RFC 9562, 5.5)


@dataclass(frozen=True, slots=True)
class Appearance:
    """What Chime ought to hold of a user; `expiration_days` is None for users who stay."""

    app_instance_user_id: str
    name: str
    metadata: str
    expiration_days: int | None = None

    def request_token(self, app_instance_arn: str, life: int) -> str:
        """Return the ClientRequestToken of this creation: the same for each try of it, another in another life."""
        return str(uuid.uuid5(_TOKENS, "\n".join((app_instance_arn, *map(str, self._fields()), str(life)))))

    def _fields(self) -> tuple[str, str, str, int | None]:
        return self.app_instance_user_id, self.name, self.metadata, self.expiration_days


def app_instance_user_id(user: User) -> str:
    """Return the id at Chime: the user's own, marked for guests as in the article's credential exchange service.

    Users who were there before they were here keep the id they had.
    """
    return user.chime_id or (f"{_GUEST}{user.pk}" if user.kind == Kind.GUEST else str(user.pk))


def user_id_of(app_instance_user_id: str) -> uuid.UUID | None:
    """Return the user whose id that would be, if it is one of ours."""
    try:
        found = uuid.UUID(app_instance_user_id.removeprefix(_GUEST))
    except ValueError:
        return None
    return found if str(found) == app_instance_user_id.removeprefix(_GUEST) else None


def wanted(user: User | None, tenant: Tenant, *, is_there: bool, now: datetime) -> Appearance | None:
    """Return how a user ought to look at Chime, or None for whoever ought not to be there.

    Who is disabled stays there for the tenant's days of grace, since a deletion there is final; who never was there,
    or waits for approval, is not sent.
    """
    if user is None or (not user.is_active and (user.disabled_at is None or user.kind == Kind.GUEST or not is_there)):
        return None
    if user.disabled_at and user.disabled_at + timedelta(days=tenant.grace_days) <= now:
        return None
    return appearance(user, guest_days=tenant.guest_days)


def appearance(user: User, *, guest_days: int) -> Appearance:
    is_guest = user.kind == Kind.GUEST
    metadata: dict[str, object] = {"guest": True} if is_guest else {"username": user.username}
    if not user.is_active:
        metadata["disabled"] = True
    return Appearance(
        app_instance_user_id(user),
        _fitting(user.shown_name),
        json.dumps(metadata, ensure_ascii=False, separators=(",", ":")),
        guest_days if is_guest else None,
    )


def _fitting(name: str) -> str:
    """Cut a name to Chime's length, counted as UTF-16 does: whether AWS counts so is not documented, fewer is safe."""
    while len(name.encode("utf-16-le")) // 2 > _NAME_MAX:
        name = name[:-1]
    return name
