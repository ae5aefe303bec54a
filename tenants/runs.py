"""Long work in turns: how far it has come stands in a row, so whoever does the next turn goes on from there.

One worker at a time holds a run, by a lease that each step renews. Whoever lost it is told at the next step.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Longer than any one step takes; then a dead worker's run is free again.
_LEASE = timedelta(seconds=120)


class Progress(models.TextChoices):
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    BRAKED = "braked", "Stopped: too much at once"
    STOPPED = "stopped", "Stopped by an admin"
    FAILED = "failed", "Failed"


class Run(models.Model):
    """`cursor` is where the next step begins, in the words of what is gone through."""

    progress = models.CharField(max_length=10, choices=Progress.choices, default=Progress.RUNNING)
    cursor = models.CharField(max_length=2048, blank=True)
    reason = models.TextField(blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_running(self) -> bool:
        return self.progress == Progress.RUNNING


R = TypeVar("R", bound=Run)


class Lost(Exception):
    """Somebody stopped this run meanwhile, or another worker has it."""


def begin(fresh: R, others: QuerySet[R]) -> R:
    """Begin a run, or return the one among `others` that runs already: there is one at a time."""
    running = others.filter(progress=Progress.RUNNING)
    found = running.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:  # Somebody else began one at the same moment.
        return running.get()
    return fresh


def claim(rows: QuerySet[R]) -> R | None:
    """Take a running one of these that nobody is busy with."""
    now = timezone.now()
    free = rows.filter(_free(), progress=Progress.RUNNING)
    run = free.first()
    if run is None or not free.filter(pk=run.pk).update(leased_until=now + _LEASE):
        return None
    run.leased_until = now + _LEASE
    return run


def waiting(rows: QuerySet[R]) -> QuerySet[R]:
    """Return those that run and that nobody is busy with."""
    return rows.filter(_free(), progress=Progress.RUNNING)


def advance(run: Run, **values: Any) -> None:
    """Keep how far this run has come, and the lease. Raises Lost when it is ours no more."""
    changes = {"leased_until": timezone.now() + _LEASE, **values}
    if not _ours(run).update(**changes):
        raise Lost
    for name, value in changes.items():
        setattr(run, name, value)


def release(run: Run, *, reason: str = "") -> None:
    """The turn is over; whoever comes next may go on."""
    advance(run, leased_until=None, reason=reason)


def end(run: Run, progress: Progress, *, reason: str = "", **values: Any) -> None:
    advance(run, progress=progress, reason=reason, finished_at=timezone.now(), leased_until=None, **values)


def stop(run: Run) -> None:
    """End a run between two steps; resume() goes on from there."""
    running = _rows(run).filter(pk=run.pk, progress=Progress.RUNNING)
    running.update(progress=Progress.STOPPED, finished_at=timezone.now())


def resume(run: Run) -> bool:
    """Go on with a run that was stopped, failed, or braked: then somebody has looked. Return whether it goes on."""
    ended = _rows(run).filter(pk=run.pk).exclude(progress__in=[Progress.RUNNING, Progress.DONE])
    return bool(ended.update(progress=Progress.RUNNING, finished_at=None, leased_until=None, reason=""))


def _free() -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=timezone.now())


def _ours(run: R) -> QuerySet[R]:
    return _rows(run).filter(pk=run.pk, progress=Progress.RUNNING, leased_until=run.leased_until)


def _rows(run: R) -> models.Manager[R]:
    return type(run)._default_manager  # noqa: SLF001 - Django's documented way to the manager of an unknown model
