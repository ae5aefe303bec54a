from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.sessions.backends.base import SessionBase

    from accounts.models import User
    from tenants.models import Tenant
    from tenants.refusal import Secret


@dataclass(frozen=True, slots=True)
class Presented:
    """What came with a request, not believed yet."""

    tenant: Tenant
    value: Secret | None = None
    session: SessionBase | None = None
    session_user: User | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What has been proved: `subject_id` is a user's id, or None for a guest who is nobody yet.

    `expires_at` is the end of the login behind the proof (None: it has none), `reference` names the proof in the
    audit trail without giving it away.
    """

    kind: str
    tenant_id: UUID
    subject_id: UUID | None
    expires_at: datetime | None
    reference: str
