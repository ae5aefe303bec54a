"""The waiting work: noted in the transaction of the change, claimed by one worker at a time, lost in no crash."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from amqp.exceptions import AMQPError
from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from structlog import get_logger

from chimeusers.models import Change

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

log = get_logger()

# Longer than any call to Chime with its retry can take (tenants/aws.py); then a dead worker's row is free again.
_LEASE = timedelta(seconds=60)
_LONGEST_WAIT = 300.0  # seconds


def note(tenant_id: UUID, user_ids: Iterable[UUID]) -> None:
    """Write that these users need a look, within the caller's transaction; when it commits, ring the bell."""
    fresh = ["stamp", "due_at", "attempts", "gave_up", "reason"]
    # In the order of the ids, so that two transactions over the same users queue instead of locking each other out.
    rows = [Change(tenant_id=tenant_id, user_id=user_id) for user_id in sorted(user_ids)]
    Change.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["user_id"], update_fields=fresh
    )
    transaction.on_commit(lambda: ring(tenant_id))


def ring(tenant_id: UUID, *, countdown: float = 0) -> None:
    """Wake a worker. It is a bell only: when the broker is away the sweep finds the work."""
    try:
        current_app.send_task("chimeusers.tasks.drain", kwargs={"tenant_id": str(tenant_id)}, countdown=countdown)
    except (OperationalError, AMQPError, OSError) as error:
        log.warning("bell_not_heard", tenant_id=str(tenant_id), error=str(error))


def due(now: datetime) -> QuerySet[Change]:
    """Return what may be claimed in the open scope."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return Change.objects.filter(free, gave_up=False, due_at__lte=now)


def claim(rows: QuerySet[Change]) -> Change | None:
    """Take the first of the claimable `rows` for this worker alone, or None when there is none left."""
    for change in rows.order_by("due_at", "pk")[:20]:
        until = timezone.now() + _LEASE
        if rows.filter(pk=change.pk, stamp=change.stamp).update(leased_until=until) == 1:
            change.leased_until = until
            return change
    return None


def finish(change: Change) -> None:
    """The work is done, unless the user changed while we worked: then go round again."""
    if not _mine(change).filter(stamp=change.stamp).delete()[0]:
        _reopen(change)


def postpone(change: Change, reason: str, *, after: float) -> None:
    """Try again later: after what the other side asked for, doubling from try to try, spread by chance."""
    wait = min(max(after, 2.0 ** min(change.attempts, 10)), _LONGEST_WAIT) * random.uniform(0.75, 1.25)  # noqa: S311
    _mine(change).update(
        leased_until=None,
        attempts=change.attempts + 1,
        reason=reason,
        due_at=timezone.now() + timedelta(seconds=wait),
    )


def give_up(change: Change, reason: str) -> None:
    """Chime will never take this one: show the admin why and wait for a change or a retry."""
    if not _mine(change).filter(stamp=change.stamp).update(leased_until=None, gave_up=True, reason=reason):
        _reopen(change)


def release(change: Change, reason: str) -> None:
    _mine(change).update(leased_until=None, reason=reason)


def retry(tenant_id: UUID, user_ids: Iterable[UUID]) -> int:
    """Make waiting and given-up work of these users due at once; return how much there was."""
    found = Change.objects.filter(tenant=tenant_id, user_id__in=list(user_ids))
    # Locked in the same order as in note(), for the same reason.
    locked = list(found.select_for_update().order_by("user_id").values_list("pk", flat=True))
    count = Change.objects.filter(pk__in=locked).update(
        stamp=uuid.uuid4(), due_at=timezone.now(), attempts=0, gave_up=False, reason=""
    )
    transaction.on_commit(lambda: ring(tenant_id))
    return count


def _reopen(change: Change) -> None:
    """The user changed while we worked: free the row and ring, because that change's own bell found it taken."""
    if _mine(change).update(leased_until=None):
        ring(change.tenant_id)


def _mine(change: Change) -> QuerySet[Change]:
    """Return the row while our lease on it stands: once it has run out, another worker may be at it."""
    return Change.objects.filter(pk=change.pk, leased_until=change.leased_until)
