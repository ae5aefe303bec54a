"""The list of one's own sessions, and their end."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tasks import clear_sessions
from tests.conftest import at, person


def is_in(browser) -> bool:
    return bool(browser.get("/account/tokens/").status_code == 200)


def session_of(browser):
    return UserSession.objects.get(session_key=browser.session.session_key).pk


def ends(browser, session: int) -> int:
    return int(browser.post(f"/account/sessions/{session}/end/").status_code)


def test_one_is_ended(acme, alice):
    here, lost, other = at(acme, alice), at(acme, alice), at(acme, alice)
    assert f"/account/sessions/{session_of(lost)}/end/" in here.get("/account/sessions/").content.decode()
    assert ends(here, session_of(lost)) == 302
    assert (is_in(here), is_in(lost), is_in(other)) == (True, False, True)


def test_all_others_or_all(acme, alice):
    here, lost = at(acme, alice), at(acme, alice)
    here.post("/account/sessions/")
    assert (is_in(here), is_in(lost)) == (True, False)
    assert here.post("/account/sessions/end/")["Location"] == "/account/login/"
    assert not is_in(here)


def test_nobody_ends_another_s(acme, alice, bob):
    hers = at(acme, alice)
    assert ends(at(acme, bob), session_of(hers)) == 404
    assert is_in(hers)
    at(acme, person(acme, "mallory")).post("/account/sessions/end/")
    assert is_in(hers)


def test_a_sign_in_costs_the_same_however_many_sessions_somebody_has(acme, alice):
    with CaptureQueriesContext(connection) as first:
        at(acme, alice)
    for _ in range(5):
        at(acme, alice)
    with CaptureQueriesContext(connection) as last:
        at(acme, alice)
    assert len(first) == len(last)


def test_the_list_is_cleared_by_night(acme, alice):
    here, gone = at(acme, alice), at(acme, alice)
    gone.session.delete()
    clear_sessions()
    assert UserSession.objects.get().session_key == here.session.session_key
