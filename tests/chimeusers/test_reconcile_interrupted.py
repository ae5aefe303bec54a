"""A comparison that stops, whoever or whatever stops it, goes on where it was."""

from __future__ import annotations

import pytest

from chimeusers import chime, reconcile
from chimeusers.models import Change, Drift, Phase, Reconciliation
from tenants import bell, runs
from tenants.failures import Misconfigured, Rejected, Unavailable
from tenants.runs import Progress
from tenants.scope import scope
from tests.chimeusers.hands import settled
from tests.conftest import person


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    monkeypatch.setattr(bell, "ring", lambda *_, **__: None)
    monkeypatch.setattr(chime, "_PAGE", 2)


@pytest.fixture
def link(linked):
    with scope(linked):
        yield linked.aws_link


def compared(link):
    run = reconcile.start(link, fixes=True)
    reconcile.go_on(link.tenant)
    run.refresh_from_db()
    return run


def crowd(link, number):
    for one in range(number):
        settled(link, person(link.tenant, f"user-{one}"))
    Change.objects.all().delete()


def test_a_run_goes_on_where_it_was_interrupted(link, monkeypatch):
    crowd(link, 5)
    page = chime.page
    read: list[str] = []

    def interrupted(link, token):
        if len(read) == 2:
            raise Unavailable("503", after=5)
        read.append(token)
        return page(link, token)

    with monkeypatch.context() as interrupting:
        interrupting.setattr(chime, "page", interrupted)
        run = compared(link)
    assert (run.progress, run.phase, run.pages, run.reason) == (Progress.RUNNING, Phase.LISTING, 2, "503")

    reconcile.go_on(link.tenant)
    run.refresh_from_db()
    assert (run.progress, run.pages, run.seen) == (Progress.DONE, 3, 5)
    assert not Drift.objects.exists()


def test_a_token_that_chime_forgot_begins_the_list_anew(link):
    crowd(link, 3)
    run = reconcile.start(link, fixes=True)
    Reconciliation.objects.update(cursor="forgotten", pages=7, seen=14)
    reconcile.go_on(link.tenant)
    run.refresh_from_db()
    assert (run.progress, run.seen) == (Progress.DONE, 3)
    assert not Drift.objects.exists()


def test_an_admin_stops_a_run_and_goes_on_with_it(link, monkeypatch):
    crowd(link, 3)
    run = reconcile.start(link, fixes=True)
    page = chime.page

    def page_while_it_is_stopped(link, token):
        runs.stop(run)
        return page(link, token)

    with monkeypatch.context() as stopping:
        stopping.setattr(chime, "page", page_while_it_is_stopped)
        reconcile.go_on(link.tenant)
    run.refresh_from_db()
    assert (run.progress, run.pages) == (Progress.STOPPED, 0)
    reconcile.resume(run)
    reconcile.go_on(link.tenant)
    run.refresh_from_db()
    assert (run.progress, run.seen) == (Progress.DONE, 3)


@pytest.mark.parametrize("failure", [Misconfigured("AccessDenied"), Rejected("BadRequest")])
def test_what_no_retry_mends_ends_the_run_and_says_why(link, monkeypatch, failure):
    def failing(*_):
        raise failure

    monkeypatch.setattr(chime, "page", failing)
    run = compared(link)
    assert (run.progress, run.reason) == (Progress.FAILED, str(failure))


def test_there_is_one_run_at_a_time_and_one_worker_at_it(link):
    run = reconcile.start(link, fixes=True)
    assert reconcile.start(link, fixes=False) == run
    busy = runs.claim(Reconciliation.objects.all())
    assert busy == run
    assert runs.claim(Reconciliation.objects.all()) is None
    assert Reconciliation.objects.count() == 1
