"""Figures for Prometheus, read from the database when they are asked for: true of all processes, whoever answers.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from audit.models import TaskRun
from chimeusers import services
from tenants.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from prometheus_client.metrics_core import Metric


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer whoever has the token of METRICS_TOKEN; without one nobody, since the figures name the tenants."""
    token, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if not token or not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return HttpResponse("There are no metrics here.", status=404, content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(_Figures())
    with unscoped():
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from _of_chime()
        yield from _of_tasks()


def _of_chime() -> Iterator[Metric]:
    names = {
        "in_sync": "Users whom Chime holds as they are",
        "waiting": "Changes of users that wait for Chime",
        "failed": "Changes that Chime refused, and that wait for an admin",
        "lag_seconds": "Age of the oldest change that waits",
    }
    standings = services.standings()
    for name, meaning in names.items():
        family = GaugeMetricFamily(f"chime_portal_{name}", f"{meaning}, by tenant", labels=["tenant"])
        for standing in standings:
            family.add_metric([standing.tenant], getattr(standing, name))
        yield family
    yield CounterMetricFamily(
        "chime_portal_throttled", "Calls that AWS refused as one too many", value=services.throttled()
    )


def _of_tasks() -> Iterator[Metric]:
    runs = list(TaskRun.objects.order_by("task"))
    for name, field, meaning in (
        ("last_success", "succeeded_at", "When a task of the timetable last succeeded"),
        ("last_failure", "failed_at", "When it last failed"),
    ):
        family = GaugeMetricFamily(f"chime_portal_task_{name}_timestamp_seconds", meaning, labels=["task"])
        for run in runs:
            if moment := getattr(run, field):
                family.add_metric([run.task], moment.timestamp())
        yield family
    took = GaugeMetricFamily("chime_portal_task_duration_seconds", "How long its last success took", labels=["task"])
    for run in runs:
        if run.seconds is not None:
            took.add_metric([run.task], run.seconds)
    yield took
