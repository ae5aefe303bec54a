"""drain() and sweep(): what a worker does with the waiting changes of a tenant, and how none is overlooked."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from chimeusers import budget, channels, queue, tally
from chimeusers.models import Change, Pause
from chimeusers.sync import PATIENCE, settle
from tenants.failures import Misconfigured, Unavailable
from tenants.models import AWSLink
from tenants.scope import unscoped
from tenants.services import pause_link

if TYPE_CHECKING:
    from tenants.failures import Failure
    from tenants.models import Tenant

# Changes that are claimed together: about a second of Chime's quota, and few to do again after a crash.
_FEWEST, _MOST = 10, 100
# Workers that may be busy with one tenant: enough to use its quota up from far away, and others' work goes on.
_WORKERS = 4
# A tenant whose next place in the quota is further away (seconds) keeps no worker waiting.
_FAR = 1.0
_TURN = 20.0  # seconds after which a worker rings for the rest and lets other tenants' work in
_LONGEST_PAUSE = 30.0  # seconds


def drain(tenant: Tenant) -> None:
    """Settle the tenant's due changes, a few at a time, until none is left, the turn is over or Chime says wait."""
    link = AWSLink.objects.filter(tenant=tenant, paused_at=None).select_related("tenant").first()
    if link is None or Pause.objects.filter(tenant=tenant, until__gt=timezone.now()).exists():
        return
    if queue.turns(tenant.pk, timezone.now()) >= _WORKERS:
        return  # They claim until nothing is left, so also what this bell is about.
    ends, has_called, handful = time.monotonic() + _TURN, False, _handful(link)
    while not (wait := _far_away(link)) and time.monotonic() < ends:
        changes = queue.claim(queue.due(timezone.now()).filter(tenant=tenant), most=handful)
        if not changes:
            return
        if len(changes) == handful and not has_called:
            queue.ring(tenant.pk)  # There may be work for another worker.
            has_called = True
        if not _work(link, changes):
            return
    queue.ring(tenant.pk, countdown=wait)


def sweep() -> None:
    """Ring for every tenant that has due work which no bell announced, or whose worker died."""
    with unscoped():
        waiting = queue.due(timezone.now()).filter(tenant__is_active=True, tenant__aws_link__paused_at=None)
        tenant_ids = list(waiting.order_by().values_list("tenant_id", flat=True).distinct())
    for tenant_id in tenant_ids:
        queue.ring(tenant_id)


def _handful(link: AWSLink) -> int:
    return min(_MOST, max(_FEWEST, int(budget.writes_per_second(link))))


def _far_away(link: AWSLink) -> float:
    """Return for how long Chime's quota is used up, in seconds; nought when that is soon over."""
    away = budget.seconds_away(link)
    return away if away > _FAR else 0.0


def _work(link: AWSLink, changes: list[Change]) -> bool:
    """Settle a few changes; return whether going on with this tenant makes sense."""
    ends = time.monotonic() + PATIENCE
    outcomes = settle(link, [change.user_id for change in changes], budget.writes)
    outcomes = channels.follow(link, outcomes, ends=ends)
    queue.conclude(changes, outcomes)
    _count(link.tenant, list(outcomes.values()))
    for failure in outcomes.values():
        if isinstance(failure, Unavailable):
            _pause(link.tenant, failure.after)
            return False
        if isinstance(failure, Misconfigured):
            pause_link(link, reason=str(failure))
            return False
    Pause.objects.filter(tenant=link.tenant).delete()
    return True


def _count(tenant: Tenant, outcomes: list[Failure | None]) -> None:
    failures = [failure for failure in outcomes if failure is not None]
    throttled = sum(isinstance(failure, Unavailable) and failure.is_throttling for failure in failures)
    settled = len(outcomes) - len(failures)
    tally.count(tenant, now=timezone.now(), settled=settled, failed=len(failures) - throttled, throttled=throttled)


def _pause(tenant: Tenant, after: float) -> None:
    """Let the tenant's work rest, longer from time to time; whoever set the pause rings when it ends."""
    now = timezone.now()
    pause, _ = Pause.objects.get_or_create(tenant=tenant, defaults={"until": now, "failures": 0})
    wait = min(max(after, 2.0 ** min(pause.failures, 10) / 2), _LONGEST_PAUSE)
    until = now + timedelta(seconds=wait)
    if Pause.objects.filter(pk=pause.pk, until__lte=now).update(until=until, failures=F("failures") + 1):
        queue.ring(tenant.pk, countdown=wait)
