"""What the tasks of the timetable came to, last time: told by metrics, so that silence is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.models import TaskRun

if TYPE_CHECKING:
    from datetime import datetime

_FAILURE_MAX = 200  # characters


def succeeded(task: str, *, at: datetime, seconds: float) -> None:
    _keep(task, succeeded_at=at, seconds=seconds)


def failed(task: str, *, at: datetime, failure: str) -> None:
    _keep(task, failed_at=at, failure=failure[:_FAILURE_MAX])


def _keep(task: str, **values: Any) -> None:
    TaskRun.objects.update_or_create(task=task, defaults=values)
