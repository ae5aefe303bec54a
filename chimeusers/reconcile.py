"""All pages of Chime against all users: what differs is made due, too much at once stops and asks.

A run goes on where it stopped, whoever does its next turn. Each page is one transaction, so memory is constant.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from structlog import get_logger

from audit.log import record
from audit.names import EventName
from chimeusers import budget, chime, drift, listing
from chimeusers.models import Decision, Drift, Phase, Reconciliation
from tenants import bell, runs
from tenants.failures import Misconfigured, Rejected, Unavailable
from tenants.models import AWSLink
from tenants.paging import pages
from tenants.runs import Progress
from tenants.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

    from tenants.models import Tenant

log = get_logger()

_TURN = 20.0  # seconds after which a worker rings for the rest and lets other tenants' work in
_KEPT = timedelta(days=30)


@transaction.atomic(durable=True)
def start(link: AWSLink, *, fixes: bool) -> Reconciliation:
    """Begin a comparison, or go on with the one that runs. One that does not fix only looks."""
    _forget_old(link.tenant)
    fresh = Reconciliation(tenant=link.tenant, app_instance_arn=link.app_instance_arn, fixes=fixes)
    run = runs.begin(fresh, Reconciliation.objects.filter(tenant=link.tenant))
    if run is fresh:
        record(EventName.CHIME_COMPARED, tenant_id=link.tenant_id, mends=fixes)
    transaction.on_commit(lambda: ring(link.tenant))
    return run


def resume(run: Reconciliation) -> bool:
    """Go on with one that was stopped, failed or braked; return whether it goes on."""
    goes_on = runs.resume(run)
    if goes_on:
        ring(run.tenant)
    return goes_on


def ring(tenant: Tenant, *, countdown: float = 0) -> None:
    bell.ring("chimeusers.tasks.reconcile_tenant", tenant.pk, countdown=countdown)


def go_on(tenant: Tenant) -> None:
    """Do a turn of the tenant's running comparison, if there is one that nobody else is busy with."""
    for run in steps(tenant):
        if not run.is_running:
            return


def steps(tenant: Tenant) -> Iterator[Reconciliation]:
    """Do such a turn, yield the run after each step, and ring for the rest."""
    link = AWSLink.objects.filter(tenant=tenant, paused_at=None).select_related("tenant").first()
    run = runs.claim(Reconciliation.objects.filter(tenant=tenant)) if link else None
    if link is None or run is None:
        return
    ends = time.monotonic() + _TURN
    try:
        while run.is_running and time.monotonic() < ends:
            _STEPS[run.phase](run, link)
            yield run
    except runs.Lost:
        return
    except Unavailable as failure:
        runs.release(run, reason=str(failure))
        ring(tenant, countdown=failure.after)
    except (Misconfigured, Rejected) as failure:
        runs.end(run, Progress.FAILED, reason=str(failure))
    else:
        if run.is_running:
            runs.release(run)
            ring(tenant)
    yield run


def sweep() -> None:
    """Ring for every running comparison that nobody is busy with."""
    with unscoped():
        for run in runs.waiting(Reconciliation.objects.filter(tenant__is_active=True)).select_related("tenant"):
            ring(run.tenant)


def _list(run: Reconciliation, link: AWSLink) -> None:
    """Read one page of Chime's list. A list that can't be gone on with is begun anew."""
    budget.lists(link).wait(0)
    read_at = timezone.now()
    try:
        page, cursor = chime.page(link, run.cursor)
    except Rejected:
        if not run.cursor:
            raise
        _begin_anew(run)
        return
    with transaction.atomic(durable=True):
        listing.take_in(run, link, page, read_at=read_at)
        phase = Phase.LISTING if cursor else Phase.MISSING
        runs.advance(run, phase=phase, cursor=cursor, pages=run.pages + 1, seen=run.seen + len(page))


def _look_for_missing(run: Reconciliation, link: AWSLink) -> None:
    page = next(pages(listing.missing(run, link), after=run.cursor or None), [])
    with transaction.atomic(durable=True):
        listing.note_missing(run, link, page)
        runs.advance(run, **({"cursor": str(page[-1].pk)} if page else {"phase": Phase.DECIDING, "cursor": ""}))


def _decide(run: Reconciliation, link: AWSLink) -> None:
    """Stop where more differs than a tenant takes for usual: a list cut short, another app instance."""
    ours = _ours(run)
    number, tenant = ours.count(), link.tenant
    if run.fixes and number > max(tenant.brake_number, run.seen * tenant.brake_percent / 100):
        log.error("reconciliation_braked", tenant_id=str(tenant.pk), differences=number, seen=run.seen)
        runs.advance(run, phase=Phase.FIXING)
        runs.end(run, Progress.BRAKED, reason=f"{number} users differ. Look at them, then go on or leave it.")
    elif run.fixes:
        runs.advance(run, phase=Phase.FIXING)
    else:
        runs.end(run, Progress.DONE)


def _mend(run: Reconciliation, link: AWSLink) -> None:
    first = list(_ours(run).order_by("pk").values_list("pk", flat=True)[:500])
    if first:
        drift.fix(link.tenant, Drift.objects.filter(tenant=link.tenant, pk__in=first))
        runs.advance(run)
    else:
        runs.end(run, Progress.DONE)


_STEPS: dict[str, Callable[[Reconciliation, AWSLink], None]] = {
    Phase.LISTING: _list,
    Phase.MISSING: _look_for_missing,
    Phase.DECIDING: _decide,
    Phase.FIXING: _mend,
}


def _ours(run: Reconciliation) -> QuerySet[Drift]:
    """What is open of this run, but for users that never were ours: those are an admin's to decide."""
    return Drift.objects.filter(tenant=run.tenant_id, reconciliation=run, decision=Decision.OPEN, user_id__isnull=False)


@transaction.atomic(durable=True)
def _begin_anew(run: Reconciliation) -> None:
    Drift.objects.filter(tenant=run.tenant_id, reconciliation=run).delete()
    runs.advance(run, cursor="", pages=0, seen=0)


def _forget_old(tenant: Tenant) -> None:
    """Delete comparisons that ended long ago, but for those in which somebody ignored something."""
    old = Reconciliation.objects.filter(tenant=tenant, finished_at__lt=timezone.now() - _KEPT)
    old.exclude(drifts__decision=Decision.IGNORED).delete()
