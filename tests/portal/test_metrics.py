"""Prometheus asks how far Chime follows, and when the tasks of the timetable last succeeded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from audit.models import TaskRun
from chimeusers import budget, work
from chimeusers.models import Change
from chimeusers.tasks import sweep
from portal.celery import app
from tenants.scope import scope
from tests.conftest import person

TOKEN = "a-token-of-twenty-characters"


@pytest.fixture(autouse=True)
def _token(settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def asked(token=TOKEN, host="10.0.0.7"):
    return Client(SERVER_NAME=host).get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures():
    """Every figure under its name and label, as an independent reader takes them."""
    answer = asked()
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


@pytest.mark.parametrize("token", ["", "wrong", f"{TOKEN}x", "é"])
def test_nobody_else_learns_anything(db, token):
    assert asked(token).status_code == 404
    assert Client().get("/metrics").status_code == 404


def test_without_a_token_there_are_no_metrics(db, settings):
    settings.METRICS_TOKEN = ""
    assert asked("").status_code == 404


def test_how_far_chime_follows_each_tenant(linked, alice, bob, globex):
    with scope(linked):
        work.drain(linked)
        waiting, failed = person(linked, "dave"), person(linked, "erin")
        Change.objects.filter(user_id=waiting.pk).update(waiting_since=timezone.now() - timedelta(minutes=5))
        Change.objects.filter(user_id=failed.pk).update(gave_up=True, reason="no")
        budget.refused(linked.aws_link)
    found = figures()
    assert found["chime_portal_in_sync", "acme"] == 2
    assert found["chime_portal_waiting", "acme"] == 1
    assert found["chime_portal_failed", "acme"] == 1
    assert 300 <= found["chime_portal_lag_seconds", "acme"] < 330
    assert found["chime_portal_throttled_total",] == 1
    assert ("chime_portal_in_sync", "globex") not in found


def test_when_a_task_of_the_timetable_last_succeeded_and_failed(db, monkeypatch):
    before = timezone.now().timestamp()
    sweep.apply()
    found = figures()
    name = "chimeusers.tasks.sweep"
    assert found["chime_portal_task_last_success_timestamp_seconds", name] >= before
    assert found["chime_portal_task_duration_seconds", name] >= 0
    assert ("chime_portal_task_last_failure_timestamp_seconds", name) not in found

    def failing():
        raise RuntimeError("secret detail")

    monkeypatch.setattr(work, "sweep", failing)
    sweep.apply()
    assert figures()["chime_portal_task_last_failure_timestamp_seconds", name] >= before
    assert TaskRun.objects.get().failure == "RuntimeError"


def test_what_rings_by_the_thousand_is_not_kept(linked):
    app.tasks["chimeusers.tasks.drain"].apply(kwargs={"tenant_id": str(linked.pk)})
    assert not TaskRun.objects.exists()
