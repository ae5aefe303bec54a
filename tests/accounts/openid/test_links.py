"""Somebody ties an account elsewhere to their own: both sides are proved, then either leads to the same user."""

from __future__ import annotations

import pytest

from accounts import arrivals
from accounts.claims import Claims
from accounts.models import Identity
from tenants.scope import scope
from tests.accounts.openid.visits import CALLBACK, come_back, leave, names, provided, somebody, visit
from tests.conftest import at

WAYS = "/account/ways-in/"


def link(browser, issuer):
    return come_back(browser, issuer, leave(browser, f"{WAYS}staff/add/"))["Location"]


def test_a_linked_account_leads_to_its_user(acme, alice, issuer):
    provided(acme, issuer)
    browser = at(acme, alice)
    assert "Acme staff" in browser.get(WAYS).content.decode()
    assert link(browser, issuer) == WAYS
    assert "Acme staff is now one of your ways in." in browser.get(WAYS).content.decode()
    later = at(acme)
    visit(later, issuer)
    assert somebody(later) == "alice"
    assert names(acme) == {"alice"}


def test_it_can_be_removed_again(acme, alice, issuer):
    provided(acme, issuer)
    browser = at(acme, alice)
    link(browser, issuer)
    with scope(acme):
        identity = Identity.objects.get()
    assert browser.post(f"{WAYS}{identity.pk}/remove/").status_code == 302
    later = at(acme)
    visit(later, issuer)
    assert somebody(later) == "dora"


def test_the_only_way_in_stays(acme, issuer):
    provided(acme, issuer)
    browser = at(acme)
    visit(browser, issuer)
    with scope(acme):
        identity = Identity.objects.get()
    answer = browser.post(f"{WAYS}{identity.pk}/remove/")
    assert (answer.status_code, "your only way in" in answer.content.decode()) == (409, True)


def test_an_account_of_somebody_else_is_not_moved(acme, alice, issuer):
    provided(acme, issuer)
    visit(at(acme), issuer)
    browser = at(acme, alice)
    url = leave(browser, f"{WAYS}staff/add/")
    assert come_back(browser, issuer, url).status_code == 409
    with scope(acme):
        assert Identity.objects.get().user.username == "dora"


def test_a_link_begun_as_one_user_does_not_end_as_another(acme, alice, bob, issuer):
    provided(acme, issuer)
    browser = at(acme, alice)
    answer = issuer.authorize(leave(browser, f"{WAYS}staff/add/"))
    kept = browser.session["errands"]
    other = at(acme, bob)
    session = other.session
    session["errands"] = kept
    session.save()
    assert other.get(CALLBACK, answer).status_code == 401
    with scope(acme):
        assert not Identity.objects.exists()


def test_nobody_removes_what_is_somebody_elses(acme, globex, alice, carol, issuer):
    provider = provided(globex, issuer)
    with scope(globex):
        identity = arrivals.link(carol, provider, Claims(subject="carol-1"))
    assert at(acme, alice).post(f"{WAYS}{identity.pk}/remove/").status_code == 404
    with scope(globex):
        assert Identity.objects.filter(pk=identity.pk).exists()


@pytest.mark.parametrize("path", [f"{WAYS}staff/add/", "/account/by/staff/"])
def test_leaving_takes_a_token_against_forged_forms(acme, alice, issuer, path):
    provided(acme, issuer)
    browser = at(acme, alice)
    browser.handler.enforce_csrf_checks = True
    assert browser.post(path).status_code == 403
    page = browser.get(WAYS)
    token = page.context["csrf_token"]
    assert browser.post(path, {"csrfmiddlewaretoken": str(token)}).status_code == 200
