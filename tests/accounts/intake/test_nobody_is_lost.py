"""Whatever breaks while a directory is read, nobody is put out for it."""

from __future__ import annotations

import pytest

from accounts import ldap_pages
from accounts.intake import people, runs
from accounts.models import Import, Stage, User
from tenants.runs import Progress, resume, stop
from tenants.scope import scope
from tenants.services import change_tenant
from tests.accounts.directories.company import PEOPLE
from tests.accounts.intake.company import change, imported, set_up

EVERYBODY = tuple(f"person-{number}" for number in range(7))


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    monkeypatch.setattr(ldap_pages, "_PAGE", 4)


@pytest.fixture
def source(source):
    imported(source)
    change_tenant(source.tenant, brake_number=2)
    source.refresh_from_db()
    return source


def active(source):
    with scope(source.tenant):
        return User.objects.filter(is_active=True).count()


def test_when_many_are_gone_it_stops_and_asks(source, company, caplog):
    company.remove(*EVERYBODY)
    run = imported(source)
    assert (run.progress, run.reason) == (
        Progress.BRAKED,
        "7 of 10 people are gone. Look, then go on or leave it.",
    )
    assert "import_braked" in caplog.text
    assert active(source) == 10

    with scope(source.tenant):
        resume(run)
        runs.go_on(source.tenant)
        run.refresh_from_db()
    assert (run.progress, run.gone) == (Progress.DONE, 7)
    assert active(source) == 3


def test_an_empty_directory_puts_nobody_out(source):
    change_tenant(source.tenant, brake_number=1000)
    change(source, people="(uid=nobody)")
    assert imported(source).progress == Progress.BRAKED
    assert active(source) == 10


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"base": f"ou=gone,{PEOPLE}"}, "base DN"),
        ({"bind_dn": "cn=stranger,dc=acme,dc=example"}, "refuses the portal's own account"),
        ({"servers": ["ldap://127.0.0.1:1"]}, "does not answer"),
        ({"filter": "(uid={username}"}, "parentheses"),
    ],
)
def test_a_failing_directory_puts_nobody_out_and_says_why(source, changes, sentence):
    set_up(source, **changes)
    run = imported(source)
    assert run.progress == Progress.FAILED
    assert sentence in run.reason
    assert active(source) == 10


def test_a_directory_that_goes_away_in_the_middle_puts_nobody_out(source, company, monkeypatch):
    company.remove("emil")
    take_in = people.take_in

    def take_in_then_stop(*args, **kwargs):
        tally = take_in(*args, **kwargs)
        company.stop()
        return tally

    with monkeypatch.context() as stopping:
        stopping.setattr(people, "take_in", take_in_then_stop)
        run = imported(source)
    assert (run.progress, run.seen) == (Progress.FAILED, 4)
    assert active(source) == 10

    company.start()
    with scope(source.tenant):
        resume(run)
        while runs.go_on(source.tenant):
            pass
        run.refresh_from_db()
    assert (run.progress, run.gone) == (Progress.DONE, 1)
    assert active(source) == 9


def test_a_killed_import_is_gone_on_with(source, company, monkeypatch):
    company.add("frida")
    take_in = people.take_in

    def killed(*args, **kwargs):
        take_in(*args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as killing:
        killing.setattr(people, "take_in", killed)
        with pytest.raises(KeyboardInterrupt):
            imported(source)
    with scope(source.tenant):
        Import.objects.update(leased_until=None)
    assert imported(source).progress == Progress.DONE
    assert active(source) == 11


def test_an_admin_stops_an_import(source, monkeypatch):
    take_in = people.take_in

    def stopped(*args, **kwargs):
        stop(Import.objects.get(progress=Progress.RUNNING))
        return take_in(*args, **kwargs)

    monkeypatch.setattr(people, "take_in", stopped)
    run = imported(source)
    assert (run.progress, run.stage) == (Progress.STOPPED, Stage.READING)


def test_there_is_one_import_of_a_source_at_a_time(source):
    with scope(source.tenant):
        first = runs.start(source, is_full=True)
        assert runs.start(source, is_full=False) == first
        assert Import.objects.filter(progress=Progress.RUNNING).count() == 1


def test_a_name_taken_between_look_and_write_is_looked_at_again(source, company, monkeypatch):
    company.add("frida")
    free = people._free_usernames
    tried: list[int] = []

    def stale(source, entries):
        names = free(source, entries)
        if not tried:
            tried.append(1)
            User.objects.get_or_create(tenant=source.tenant, username="frida")
        return names

    monkeypatch.setattr(people, "_free_usernames", stale)
    run = imported(source)
    assert (run.progress, run.made) == (Progress.DONE, 1)
