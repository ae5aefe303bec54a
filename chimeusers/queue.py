"""The waiting work: noted in the transaction of the change, claimed by one worker at a time, lost in no crash."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chimeusers.models import Change
from tenants import bell
from tenants.failures import Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tenants.failures import Failure

# Longer than a turn's calls to Chime can take (sync.PATIENCE and one call with its retry, tenants/aws.py); then a dead
# worker's row is free again.
_LEASE = timedelta(seconds=40)
_LONGEST_WAIT = 300.0  # seconds
_AT_ONCE = 500  # rows of one statement: a million users may be noted when their tenant is linked


def note(tenant_id: UUID, user_ids: Iterable[UUID]) -> None:
    """Write that these users need a look, within the caller's transaction; when it commits, ring the bell."""
    fresh = ["stamp", "due_at", "attempts", "gave_up", "reason"]
    # In the order of the ids, so that two transactions over the same users queue instead of locking each other out.
    ordered = sorted(user_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        rows = [Change(tenant_id=tenant_id, user_id=user_id) for user_id in ordered[start : start + _AT_ONCE]]
        Change.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user_id"], update_fields=fresh)
    transaction.on_commit(lambda: ring(tenant_id))


def ring(tenant_id: UUID, *, countdown: float = 0) -> None:
    bell.ring("chimeusers.tasks.drain", tenant_id, countdown=countdown)


def due(now: datetime) -> QuerySet[Change]:
    """Return what may be claimed in the open scope."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return Change.objects.filter(free, gave_up=False, due_at__lte=now)


def claim(rows: QuerySet[Change], *, most: int) -> list[Change]:
    """Take the first of the claimable `rows` for one turn of this worker alone; none when there is none left."""
    turn = uuid.uuid4()
    first = list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:most])
    if not first or not rows.filter(pk__in=first).update(leased_until=timezone.now() + _LEASE, turn=turn):
        return []
    return list(Change.objects.filter(turn=turn).order_by("due_at", "pk"))


def claim_at_once(rows: QuerySet[Change]) -> Change | None:
    """Take the one claimable row for somebody who waits, or None when a worker has it."""
    for change in rows:
        until = timezone.now() + _LEASE
        if rows.filter(pk=change.pk, stamp=change.stamp).update(leased_until=until, turn=None):
            change.leased_until, change.turn = until, None
            return change
    return None


def turns(tenant_id: UUID, now: datetime) -> int:
    """Return how many workers are busy with a tenant at this moment."""
    leased = Change.objects.filter(tenant=tenant_id, leased_until__gt=now).exclude(turn=None)
    return leased.values("turn").distinct().count()


def conclude(changes: list[Change], outcomes: Mapping[UUID, Failure | None]) -> None:
    """Leave each change of one turn as befits what became of it; whoever was not tried is free again."""
    finish([change for change in changes if outcomes.get(change.user_id, outcomes) is None])
    release([change for change in changes if change.user_id not in outcomes])
    for change in changes:
        failure = outcomes.get(change.user_id)
        if isinstance(failure, Unavailable):
            _postpone(change, str(failure), after=failure.after)
        elif isinstance(failure, Rejected):
            _give_up(change, str(failure))
        elif failure is not None:
            _ours([change]).update(leased_until=None, turn=None, reason=str(failure))  # No fault of the user's.


def finish(changes: list[Change]) -> None:
    """The work of one turn is done, unless a user changed while we worked: then go round again."""
    if changes:
        ours = _ours(changes)
        done, _ = ours.filter(stamp__in=[change.stamp for change in changes]).delete()
        if done < len(changes) and ours.update(leased_until=None, turn=None):
            ring(changes[0].tenant_id)  # Because that change's own bell found the row taken.


def release(changes: list[Change]) -> None:
    """Of these of one turn nothing was done: whoever comes next may take them."""
    if changes:
        _ours(changes).update(leased_until=None, turn=None)


def _postpone(change: Change, reason: str, *, after: float) -> None:
    """Try again later: after what the other side asked for, doubling from try to try, spread by chance."""
    wait = min(max(after, 2.0 ** min(change.attempts, 10)), _LONGEST_WAIT) * random.uniform(0.75, 1.25)  # noqa: S311
    _ours([change]).update(
        leased_until=None,
        turn=None,
        attempts=change.attempts + 1,
        reason=reason,
        due_at=timezone.now() + timedelta(seconds=wait),
    )


def _give_up(change: Change, reason: str) -> None:
    """Chime will never take this one: show the admin why and wait for a change or a retry."""
    ours, failed = _ours([change]), {"gave_up": True, "reason": reason}
    if not ours.filter(stamp=change.stamp).update(leased_until=None, turn=None, **failed):
        finish([change])


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


def _ours(changes: list[Change]) -> QuerySet[Change]:
    """Return the rows while our lease on them stands: once it has run out, another worker may be at them."""
    first, ids = changes[0], [change.pk for change in changes]
    return Change.objects.filter(pk__in=ids, turn=first.turn, leased_until=first.leased_until)
