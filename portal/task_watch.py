"""Celery tells how the tasks of the timetable end; the audit trail keeps it. Others ring by the thousand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from celery import current_app, signals
from django.utils import timezone

from audit import task_runs

if TYPE_CHECKING:
    from celery.app.task import Task

_begun: dict[str, float] = {}


@signals.task_prerun.connect
def begin(task_id: str, task: Task[..., Any], **_: Any) -> None:
    if _is_watched(task.name):
        _begun[task_id] = time.monotonic()


@signals.task_success.connect
def succeed(sender: Task[..., Any], **_: Any) -> None:
    if _is_watched(sender.name):
        began = _begun.pop(str(sender.request.id), time.monotonic())
        task_runs.succeeded(sender.name, at=timezone.now(), seconds=time.monotonic() - began)


@signals.task_failure.connect
def fail(sender: Task[..., Any], task_id: str, exception: BaseException, **_: Any) -> None:
    if _is_watched(sender.name):
        _begun.pop(task_id, None)
        task_runs.failed(sender.name, at=timezone.now(), failure=type(exception).__name__)


def _is_watched(task: str) -> bool:
    return any(entry["task"] == task for entry in current_app.conf.beat_schedule.values())
