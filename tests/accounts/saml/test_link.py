"""Somebody who is signed in ties their account at the company's provider to themselves, by proving both."""

from __future__ import annotations

from accounts.models import Identity
from tenants.scope import scope
from tests.accounts.saml.company import SLUG, connect, departing, departure_of, is_in, users
from tests.conftest import at


def test_who_has_both_accounts_ties_them(acme, idp, alice):
    connect(acme, idp)
    browser = at(acme, alice)
    tying = departure_of(browser.post(f"/account/ways-in/{SLUG}/add/"), acme, idp, browser)
    tying.bring(tying.respond(subject="a.angstrom"))
    with scope(acme):
        assert Identity.objects.get(tenant=acme).user == alice
    later = departing(acme, idp)
    later.bring(later.respond(subject="a.angstrom"))
    assert is_in(later.browser)
    assert users(acme).keys() == {"alice"}


def test_who_signed_out_meanwhile_ties_nothing(acme, idp, alice):
    connect(acme, idp)
    browser = at(acme, alice)
    tying = departure_of(browser.post(f"/account/ways-in/{SLUG}/add/"), acme, idp, browser)
    response = tying.respond()
    browser.post("/account/logout/")
    assert tying.bring(response).status_code == 400
    with scope(acme):
        assert not Identity.objects.filter(tenant=acme).exists()
