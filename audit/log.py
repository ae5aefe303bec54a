"""record() writes an event in the caller's transaction: no change without its trace, no trace without its change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.models import Event
from audit.origin import current_origin

if TYPE_CHECKING:
    from uuid import UUID

    from audit.names import EventName


def record(name: EventName, /, *, tenant_id: UUID | None, subject_id: UUID | None = None, **detail: Any) -> Event:
    return Event.written(**_values(name, tenant_id, subject_id, detail))


def record_many(name: EventName, /, *, tenant_id: UUID | None, subject_ids: list[UUID], **detail: Any) -> None:
    """Record the same event for many subjects, in batches."""
    rows = (Event(**_values(name, tenant_id, subject_id, detail)) for subject_id in subject_ids)
    Event.objects.bulk_create(rows, batch_size=500)


def _values(name: EventName, tenant_id: UUID | None, subject_id: UUID | None, detail: dict[str, Any]) -> dict[str, Any]:
    origin = current_origin()
    return {
        "name": name.value,
        "tenant_id": tenant_id,
        "actor_id": origin.actor_id,
        "subject_id": subject_id,
        "address": origin.address,
        "request_id": origin.request_id,
        "detail": detail,
    }
