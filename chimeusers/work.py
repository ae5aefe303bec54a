"""drain() and sweep(): what a worker does with the waiting changes of a tenant, and how none is overlooked."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from chimeusers import queue
from chimeusers.models import Change, Pause
from chimeusers.sync import settle
from tenants.failures import Misconfigured, Rejected, Unavailable
from tenants.models import AWSLink
from tenants.scope import unscoped
from tenants.services import pause_link

if TYPE_CHECKING:
    from tenants.models import Tenant

_TURN = 20.0  # seconds after which a worker rings for the rest and lets other tenants' work in
_LONGEST_PAUSE = 30.0  # seconds


def drain(tenant: Tenant) -> None:
    """Settle the tenant's due changes, one by one, until none is left, the turn is over or Chime says wait."""
    link = AWSLink.objects.filter(tenant=tenant, paused_at=None).select_related("tenant").first()
    if link is None or Pause.objects.filter(tenant=tenant, until__gt=timezone.now()).exists():
        return
    ends = time.monotonic() + _TURN
    while (change := queue.claim(queue.due(timezone.now()).filter(tenant=tenant))) is not None:
        if not _work(link, change):
            return
        if time.monotonic() > ends:
            queue.ring(tenant.pk)
            return


def sweep() -> None:
    """Ring for every tenant that has due work which no bell announced, or whose worker died."""
    with unscoped():
        waiting = queue.due(timezone.now()).filter(tenant__is_active=True, tenant__aws_link__paused_at=None)
        tenant_ids = list(waiting.order_by().values_list("tenant_id", flat=True).distinct())
    for tenant_id in tenant_ids:
        queue.ring(tenant_id)


def _work(link: AWSLink, change: Change) -> bool:
    """Settle one change; return whether going on with this tenant makes sense."""
    try:
        settle(link, change.user_id)
    except Unavailable as failure:
        queue.postpone(change, str(failure), after=failure.after)
        _pause(link.tenant, failure.after)
        return False
    except Misconfigured as failure:
        queue.release(change, str(failure))
        pause_link(link, reason=str(failure))
        return False
    except Rejected as failure:
        queue.give_up(change, str(failure))
    else:
        queue.finish(change)
        Pause.objects.filter(tenant=link.tenant).delete()
    return True


def _pause(tenant: Tenant, after: float) -> None:
    """Let the tenant's work rest, longer from time to time; whoever set the pause rings when it ends."""
    now = timezone.now()
    pause, _ = Pause.objects.get_or_create(tenant=tenant, defaults={"until": now, "failures": 0})
    wait = min(max(after, 2.0 ** min(pause.failures, 10) / 2), _LONGEST_PAUSE)
    until = now + timedelta(seconds=wait)
    if Pause.objects.filter(pk=pause.pk, until__lte=now).update(until=until, failures=F("failures") + 1):
        queue.ring(tenant.pk, countdown=wait)
