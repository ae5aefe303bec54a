"""An admin sees how far Chime follows, compares, and decides about what differs, knowing what it costs."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from chimeusers import queue, tally, work
from chimeusers.models import Budget, Change, ChimeUser, Drift, Reconciliation, Tally
from chimeusers.tasks import forget_tallies, reconcile_tenant
from tenants import bell
from tenants.failures import Unavailable
from tenants.scope import scope, unscoped
from tenants.services import pause_link
from tests.admin.pages import USERS, choose, now, page
from tests.conftest import at, person, stagehand

STATUS, DRIFT = "/admin/chimeusers/syncedtenant/", "/admin/chimeusers/drift/"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch) -> None:
    """A comparison is made at once, as by a worker; other work waits."""

    def answer(task, tenant_id, **_):
        if task.endswith("reconcile_tenant"):
            reconcile_tenant(tenant_id=str(tenant_id))

    monkeypatch.setattr(bell, "ring", answer)


@pytest.fixture
def identity(at_aws):
    return stagehand(at_aws, "chime-sdk-identity")


@pytest.fixture
def browser(linked, bob, alice):
    """bob, an admin, when all of acme is at Chime."""
    drained(linked)
    return at(linked, bob)


def drained(tenant):
    with scope(tenant):
        work.drain(tenant)


def status(browser):
    answer = browser.get(STATUS, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def press(browser, tenant, button):
    return browser.post(f"{STATUS}{tenant.aws_link.pk}/change/", {button: "1"}, follow=True).content.decode()


def figures(page):
    """What the page counts, by its words."""
    parts = page.split("<dt")[1:]
    return {one.split(">")[1].split("<")[0]: one.split("<dd")[1].split(">", 1)[1].split("<")[0] for one in parts[:4]}


def test_it_counts_who_is_in_sync_who_waits_and_who_failed(browser, linked):
    assert figures(status(browser)) == {"In sync": "2", "Waiting": "0", "Failed": "0", "Oldest waits for": "\u2013"}
    waiting, failed = person(linked, "dave"), person(linked, "erin")
    with scope(linked):
        Change.objects.filter(user_id=waiting.pk).update(waiting_since=timezone.now() - timedelta(hours=3))
        Change.objects.filter(user_id=failed.pk).update(gave_up=True, reason="BadRequest: <b>no</b>")
    shown = status(browser)
    assert figures(shown)["Waiting"] == "1"
    assert figures(shown)["Failed"] == "1"
    assert figures(shown)["Oldest waits for"] == "3\xa0hours"
    assert '<span dir="auto">BadRequest: &lt;b&gt;no&lt;/b&gt;</span>' in shown

    assert "erin" in page(browser, USERS, at_chime="failed")
    assert "dave" not in page(browser, USERS, at_chime="failed")
    assert "dave" in page(browser, USERS, at_chime="waiting")
    assert "alice" in page(browser, USERS, at_chime="known")
    assert "dave" in page(browser, USERS, at_chime="unknown")
    assert "1 will be tried again now." in press(browser, linked, "retry")
    with scope(linked):
        assert not Change.objects.filter(gave_up=True).exists()


def test_the_last_day_is_drawn(browser, linked):
    shown = status(browser)
    assert "The last day: 2 settled, 0 failed" in shown
    assert shown.count("<rect") == 2
    long_ago = timezone.now() - timedelta(days=9)
    with scope(linked):
        tally.count(linked, now=long_ago, settled=5, failed=1, throttled=0)
    assert "The last day: 2 settled, 0 failed" in status(browser)
    forget_tallies()
    with unscoped():
        assert Tally.objects.count() == 1


def test_a_paused_link_and_a_missing_one_are_told(browser, linked, globex):
    with scope(linked):
        pause_link(linked.aws_link, reason="AccessDenied")
    assert "The link to AWS is paused: AccessDenied" in status(browser)
    grace = person(globex, "grace", is_staff=True)
    assert "not linked to AWS yet" in page(at(globex, grace), STATUS)


@pytest.mark.django_db(transaction=True)
def test_what_differs_is_looked_at_and_decided(browser, linked, identity, alice):
    arn = linked.aws_link.app_instance_arn
    identity.update_app_instance_user(AppInstanceUserArn=f"{arn}/user/{alice.pk}", Name="Eve", Metadata="")
    for extra in ("bot-1", "bot-2"):
        identity.create_app_instance_user(
            AppInstanceArn=arn, AppInstanceUserId=extra, Name=extra, ClientRequestToken=str(uuid4())
        )
    assert "Chime&#x27;s list is being read" in press(browser, linked, "compare")
    assert "3 open differences" in status(browser)
    assert "Eve" in page(browser, DRIFT)
    with unscoped():
        rows = {row.app_instance_user_id: row for row in Drift.objects.all()}

    asked = choose(browser, "fix", rows["bot-1"], rows[str(alice.pk)], url=DRIFT).content.decode()
    assert "2 users, 2 calls to Chime, about 1 second" in asked
    with scope(linked):
        assert not Change.objects.exists(), "nothing before it is confirmed"
    told = choose(browser, "fix", rows["bot-1"], rows[str(alice.pk)], url=DRIFT, confirmed="yes")
    assert "2 fixed." in told.content.decode()
    drained(linked)
    listed = identity.list_app_instance_users(AppInstanceArn=arn)["AppInstanceUsers"]
    assert {user["Name"] for user in listed} == {"Alice Ångström", "Bob", "bot-2"}

    asked = choose(browser, "adopt", rows["bot-2"], url=DRIFT).content.decode()
    assert "1 user, 3 calls to Chime" in asked
    choose(browser, "adopt", rows["bot-2"], url=DRIFT, confirmed="yes")
    assert "bot-2" in page(browser, USERS)
    assert "None of these is open" in choose(browser, "ignore", rows["bot-2"], url=DRIFT).content.decode()
    assert "done" in page(browser, "/admin/chimeusers/reconciliation/")


@pytest.mark.django_db(transaction=True)
def test_compare_and_mend_mends(browser, linked, identity, alice):
    arn = linked.aws_link.app_instance_arn
    identity.delete_app_instance_user(AppInstanceUserArn=f"{arn}/user/{alice.pk}")
    press(browser, linked, "mend")
    with scope(linked):
        assert Change.objects.get().user_id == alice.pk


def test_a_comparison_is_stopped_and_gone_on_with(browser, linked, monkeypatch):
    monkeypatch.setattr(bell, "ring", lambda *_, **__: None)
    press(browser, linked, "compare")
    assert "Stop comparing" in status(browser)
    assert "Stopped." in press(browser, linked, "stop")
    assert "It goes on." in press(browser, linked, "go_on")
    assert "There was nothing to do." in press(browser, linked, "go_on")
    with unscoped():
        assert Reconciliation.objects.get().is_running


def test_root_sees_every_tenant_and_says_what_aws_gives(browser, linked, root):
    operator = at(None, root)
    listed = page(operator, STATUS)
    assert "Acme" in listed
    with unscoped():
        row = Budget.objects.get(key=linked.aws_link.app_instance_arn)
    url = f"/admin/chimeusers/budget/{row.pk}/change/"
    assert operator.post(url, {"per_second": "25"}).status_code == 302
    row.refresh_from_db()
    assert row.per_second == 25
    assert "Ensure this value" in operator.post(url, {"per_second": "0"}).content.decode()
    assert operator.post(url, {"per_second": ""}).status_code == 302
    assert browser.get("/admin/chimeusers/budget/").status_code == 404


def test_a_throttled_worker_is_counted(linked, monkeypatch, browser):
    refusal = Unavailable("Throttling")
    refusal.is_throttling = True
    monkeypatch.setattr(work, "settle", lambda _, user_ids, __: dict.fromkeys(user_ids, refusal))
    person(linked, "dave")
    drained(linked)
    with scope(linked):
        assert tally.totals() == {"settled": 2, "failed": 0, "throttled": 1}
        assert ChimeUser.objects.count() == 2
        assert queue.turns(linked.pk, timezone.now()) == 0


def test_two_tenants_are_not_mixed(browser, linked, globex):
    person(globex, "carol")
    assert figures(status(browser))["In sync"] == "2"
    assert now(person(linked, "dave"))
