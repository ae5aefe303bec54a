"""Who changed is told to the audit trail and to the floors above, within the transaction of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import User
from accounts.signals import members_changed
from audit.log import record_many

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from audit.names import EventName
    from tenants.models import Tenant

# Rows a bulk change takes in one transaction: SQLite's writer is held for a moment only.
_BATCH = 500


def tell(tenant: Tenant, user_ids: list[UUID], name: EventName) -> None:
    record_many(name, tenant_id=tenant.pk, subject_ids=user_ids)
    announce(tenant.pk, user_ids)


def announce(tenant_id: UUID | None, user_ids: list[UUID]) -> None:
    """Operators are no members of any tenant: Chime never hears of them."""
    if tenant_id is not None and user_ids:
        members_changed.send(User, tenant_id=tenant_id, user_ids=user_ids)


def batches(user_ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    every = list(user_ids)
    return (every[start : start + _BATCH] for start in range(0, len(every), _BATCH))
