"""The waiting work: coalesced, claimed once, finished only when nothing changed meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import services
from chimeusers import queue
from chimeusers.models import Change
from tenants.failures import Rejected, Unavailable
from tenants.scope import scope
from tenants.services import link_aws
from tests.chimeusers.hands import claimed, concluded

ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/6f0a"


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch):
    """The broker is no part of these stories."""
    monkeypatch.setattr(queue, "ring", lambda *_, **__: None)


@pytest.fixture
def change(alice):
    with scope(alice.tenant):
        link_aws(alice.tenant, app_instance_arn=ARN)
        yield Change.objects.get(user_id=alice.pk)


def test_a_tenant_without_aws_makes_no_work(alice):
    with scope(alice.tenant):
        assert not Change.objects.exists()


def test_linking_makes_work_for_everybody_there_is(change, alice):
    assert claimed() == change


def test_many_changes_are_one_row_with_the_newest_stamp(change, alice):
    services.update(alice, expected_version=1, display_name="Alice B")
    services.update(alice, expected_version=2, display_name="Alice C")
    again = Change.objects.get()
    assert (again.pk, again.waiting_since) == (change.pk, change.waiting_since)
    assert again.stamp != change.stamp


def test_only_one_worker_gets_a_row(change):
    assert claimed() == change
    assert claimed() is None


def test_finished_work_is_gone(change):
    concluded(claimed(), None)
    assert not Change.objects.exists()


def test_a_change_during_the_work_makes_another_round(change, alice):
    mine = claimed()
    services.update(alice, expected_version=1, display_name="Alice B")
    assert claimed() is None, "a new change must not open the row under a busy worker"
    concluded(mine, None)
    assert claimed().stamp != mine.stamp


def test_a_dead_workers_row_is_free_after_its_lease_and_the_dead_can_not_finish_it(change, time_machine):
    dead = claimed()
    time_machine.move_to(timezone.now() + timedelta(seconds=61))
    alive = claimed()
    assert alive == dead
    concluded(dead, Unavailable("I am late", after=300))
    concluded(dead, Rejected("I am late"))
    assert Change.objects.get().leased_until == alive.leased_until
    assert Change.objects.get().reason == ""


def test_postponed_work_waits_longer_from_try_to_try(change, time_machine):
    waits = []
    for _ in range(4):
        began = timezone.now()
        concluded(claimed(), Unavailable("503", after=0))
        waits.append((Change.objects.get().due_at - began).total_seconds())
        assert claimed() is None
        time_machine.move_to(began + timedelta(seconds=waits[-1] + 1))
    assert all(0.75 * 2**attempt <= wait <= 1.3 * 2**attempt for attempt, wait in enumerate(waits)), waits


def test_given_up_work_waits_for_a_retry_or_a_change(change, alice):
    concluded(claimed(), Rejected("Chime will never take this"))
    assert claimed() is None
    assert queue.retry(alice.tenant.pk, [alice.pk]) == 1
    concluded(claimed(), Rejected("still not"))
    services.update(alice, expected_version=1, display_name="Alice B")
    assert claimed() is not None


@pytest.mark.parametrize("end", [None, Rejected("no")], ids=["done", "rejected"])
def test_a_change_whose_bell_found_the_row_taken_gets_another_bell(change, alice, monkeypatch, end):
    mine = claimed()
    services.update(alice, expected_version=1, display_name="Alice B")
    bells: list[object] = []
    monkeypatch.setattr(queue, "ring", bells.append)
    concluded(mine, end)
    assert bells == [alice.tenant.pk]
    concluded(claimed(), end)
    assert bells == [alice.tenant.pk]
