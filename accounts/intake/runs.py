"""Imports: a source is read page by page, and who is gone from it is put out behind a brake.

A source that is empty, fails or ends too early puts nobody out: only a reading that came to its end does.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from structlog import get_logger

from accounts import standing
from accounts.intake import people, sources
from accounts.models import Identity, Import, Source, Stage, WhenGone
from audit.log import record
from audit.names import EventName
from tenants import bell, runs
from tenants.refusal import Refusal
from tenants.runs import Progress
from tenants.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.intake.entry import Page, Tally
    from tenants.models import Tenant

log = get_logger()

_TURN = 20.0  # seconds after which a source that can be gone on with lets other work in
_AT_ONCE = 500
_MOST_PROBLEMS = 100
_KEPT = timedelta(days=90)


@transaction.atomic(durable=True)
def start(source: Source, *, is_full: bool) -> Import:
    """Begin an import, or return the one that runs. Without a watermark there is nothing to be read but everything."""
    now = timezone.now()
    Import.objects.filter(tenant=source.tenant, source=source, finished_at__lt=now - _KEPT).delete()
    fresh = Import(tenant=source.tenant, source=source, is_full=is_full or not source.watermark)
    run = runs.begin(fresh, Import.objects.filter(tenant=source.tenant, source=source))
    if run is fresh:
        Source.objects.filter(pk=source.pk).update(run_at=now)
        record(EventName.IMPORT_BEGUN, tenant_id=source.tenant_id, subject_id=source.provider_id, full=run.is_full)
    transaction.on_commit(lambda: ring(run))
    return run


def resume(run: Import) -> bool:
    """Go on with a run that was stopped, failed or braked; return whether it goes on."""
    goes_on = runs.resume(run)
    if goes_on:
        ring(run)
    return goes_on


def ring(run: Import) -> None:
    bell.ring("accounts.tasks.run_imports", run.tenant_id)


def tenants_with_work(now: datetime) -> list[Tenant]:
    """Return whose imports are due, or wait for a worker: few, however many tenants there are."""
    with unscoped():
        sources = Source.objects.filter(is_enabled=True, tenant__is_active=True).select_related("tenant")
        due = {source.tenant for source in sources if _is_over(source.run_at, timedelta(minutes=source.minutes), now)}
        waiting = runs.waiting(Import.objects.filter(tenant__is_active=True)).select_related("tenant")
        return list(due | {run.tenant for run in waiting})


def start_due(tenant: Tenant, *, now: datetime) -> None:
    """Begin what the timetables of a tenant's sources say, and wake a worker for what nobody is busy with."""
    for source in Source.objects.filter(tenant=tenant, is_enabled=True).select_related("tenant", "provider"):
        is_full = _is_over(source.full_at, timedelta(hours=source.full_hours), now)
        if _is_over(source.run_at, timedelta(minutes=source.minutes), now):
            start(source, is_full=is_full)
    for run in runs.waiting(Import.objects.filter(tenant=tenant)):
        ring(run)


def go_on(tenant: Tenant) -> bool:
    """Do a turn of one of the tenant's imports that nobody is busy with; return whether there is more to do."""
    is_running = False
    for run in steps(tenant):
        is_running = run.is_running
    return is_running


def steps(tenant: Tenant) -> Iterator[Import]:
    """Do such a turn, and yield the run after each step."""
    run = runs.claim(Import.objects.filter(tenant=tenant).select_related("source__provider", "tenant"))
    if run is None:
        return
    ends = time.monotonic() + _TURN
    try:
        while run.is_running and time.monotonic() < ends:
            for _ in _STEPS[run.stage](run, ends):
                yield run
    except runs.Lost:
        return
    except Refusal as refusal:
        told = " ".join([str(refusal), *getattr(refusal, "__notes__", [])])
        runs.end(run, Progress.FAILED, reason=told)
        log.warning("import_failed", tenant_id=str(run.tenant_id), reason=told)
    if run.is_running:
        runs.release(run)
    yield run


def _read(run: Import, ends: float) -> Iterator[None]:
    """Read pages until the source is at its end, or the turn is where the source can be gone on with."""
    for page in sources.pages(run):
        _take(run, page)
        yield
        if page.cursor and time.monotonic() > ends:
            return
    runs.advance(run, stage=Stage.WEIGHING, cursor="")


def _take(run: Import, page: Page) -> None:
    tally = _taken_in(run, page)
    problems = [*page.problems, *tally.problems]
    runs.advance(
        run,
        cursor=page.cursor,
        watermark=page.watermark or run.watermark,
        seen=run.seen + len(page.entries),
        made=run.made + tally.made,
        changed=run.changed + tally.changed,
        restored=run.restored + tally.restored,
        refused=run.refused + len(problems),
        problems=[*run.problems, *problems][:_MOST_PROBLEMS],
    )


def _taken_in(run: Import, page: Page) -> Tally:
    """Names and addresses may be taken by others between our look and our write: then look again."""
    for _ in range(3):
        try:
            return people.take_in(run.source, page.entries, now=timezone.now())
        except IntegrityError:
            continue
    raise Refusal("taken_meanwhile", "Users with these names or addresses are being made by somebody else.", status=409)


def _weigh(run: Import, _ends: float) -> Iterator[None]:
    """Put out nobody where more are gone than the tenant takes for usual, or where the source had nobody at all."""
    tenant, number = run.tenant, _gone(run).count()
    of = Identity.objects.filter(tenant=tenant, provider=run.source.provider, user__is_active=True).count()
    is_empty = run.is_full and not run.seen
    runs.advance(run, stage=Stage.LEAVING)
    if number and (is_empty or number > max(tenant.brake_number, of * tenant.brake_percent / 100)):
        log.error("import_braked", tenant_id=str(tenant.pk), gone=number, of=of)
        runs.end(run, Progress.BRAKED, reason=f"{number} of {of} people are gone. Look, then go on or leave it.")
    yield


def _put_out(run: Import, _ends: float) -> Iterator[None]:
    page = list(_gone(run).order_by("pk").values_list("pk", "user_id")[:_AT_ONCE])
    if not page or run.source.when_gone == WhenGone.NOTHING:
        _finish(run)
        yield
        return
    Identity.objects.filter(pk__in=[pk for pk, _ in page]).update(gone_at=timezone.now())
    _LEAVE[WhenGone(run.source.when_gone)](run.tenant, [user_id for _, user_id in page])
    runs.advance(run, gone=run.gone + len(page))
    yield


def _finish(run: Import) -> None:
    """A next run reads on from where this one began to read."""
    done: dict[str, object] = {"watermark": run.watermark or F("watermark")}
    if run.is_full:
        done["full_at"] = run.started_at
    runs.end(run, Progress.DONE)
    Source.objects.filter(pk=run.source_id).update(**done)


_STEPS: dict[str, Callable[[Import, float], Iterator[None]]] = {
    Stage.READING: _read,
    Stage.WEIGHING: _weigh,
    Stage.LEAVING: _put_out,
}
_LEAVE = {WhenGone.DISABLE: standing.disable, WhenGone.DELETE: standing.delete}


def _gone(run: Import) -> QuerySet[Identity]:
    """Active users whom this run did not see, where it read everything, or whom the source lets in no more."""
    of_source = {"tenant": run.tenant_id, "provider": run.source.provider_id, "user__is_active": True}
    told = Q(gone_at__gte=run.started_at)
    unseen = Q(seen_at=None) | Q(seen_at__lt=run.started_at)
    return Identity.objects.filter(
        told | (unseen & Q(created_at__lt=run.started_at)) if run.is_full else told, **of_source
    )


def _is_over(since: datetime | None, wait: timedelta, now: datetime) -> bool:
    return since is None or since + wait <= now
