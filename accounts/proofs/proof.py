from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.sessions.backends.base import SessionBase

    from accounts.claims import Claims
    from accounts.models import IdentityProvider, User
    from tenants.models import Tenant
    from tenants.refusal import Secret


@dataclass(frozen=True, slots=True)
class Presented:
    """What came with a request, not believed yet. `origin` is the scheme and host under which the portal was asked."""

    tenant: Tenant
    value: Secret | None = None
    session: SessionBase | None = None
    session_user: User | None = None
    username: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whom a provider vouches for; who that is here, or becomes, is for accounts/arrivals.py to say.

    `once` is the id of a proof that counts a single time, and until when it could come again.
    """

    provider: IdentityProvider
    said: Claims
    once: tuple[str, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What has been proved: `subject_id` is a user's id, or None for a guest who is nobody yet, and for an arrival.

    `expires_at` is the end of the login behind the proof (None: it has none), `reference` names the proof in the
    audit trail without giving it away. `scopes` are what a token was given for (None: for everything), and `actor` who
    acts in the subject's place (RFC 8693, section 4.1).
    """

    kind: str
    tenant_id: UUID
    subject_id: UUID | None
    expires_at: datetime | None
    reference: str
    arrival: Arrival | None = None
    scopes: frozenset[str] | None = None
    actor: dict[str, Any] | None = None
