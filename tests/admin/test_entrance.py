"""Who gets into the admin pages, and by which door."""

from __future__ import annotations

import pytest
from django.contrib import admin

from tenants.site import PortalAdminSite
from tests.admin.pages import USERS, page
from tests.conftest import PASSWORD, at, person


def test_the_portals_own_site_answers():
    assert isinstance(admin.site, PortalAdminSite)


def test_there_is_one_sign_in_page_and_it_leads_to_where_one_wanted_to_go(bob, acme):
    browser = at(acme)
    answer = browser.get(f"{USERS}?q=x")
    assert answer["Location"] == "/admin/login/?next=/admin/accounts/user/%3Fq%3Dx"
    answer = browser.get(answer["Location"])
    assert answer["Location"] == "/account/login/?next=/admin/accounts/user/%3Fq%3Dx"
    answer = browser.post(answer["Location"], {"login": "bob", "password": PASSWORD})
    assert answer["Location"] == "/admin/accounts/user/?q=x"


def test_the_django_form_signs_nobody_in(bob, acme):
    answer = at(acme).post("/admin/login/", {"username": "bob", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("path", ["", "accounts/user/", "login/", "jsi18n/", "nonsense/"])
def test_whoever_is_signed_in_and_no_admin_finds_nothing(alice, path):
    answer = at(alice.tenant, alice).get(f"/admin/{path}", follow=True)
    assert answer.status_code == 404


def test_an_admin_who_loses_the_right_loses_it_at_once(bob, acme):
    boss = person(acme, "boss", is_staff=True)
    bobs = at(acme, bob)
    assert bobs.get(USERS).status_code == 200
    url = f"{USERS}{bob.pk}/change/"
    at(acme, boss).post(url, {"kind": "person", "username": "bob", "seen_version": 1})
    assert bobs.get(USERS).status_code == 404


def test_one_leaves_by_the_portals_own_door(bob, acme):
    browser = at(acme, bob)
    answer = browser.post("/admin/logout/")
    assert (answer.status_code, answer["Location"]) == (307, "/account/logout/")
    browser.post("/admin/logout/", follow=True)
    assert browser.get(USERS).status_code == 302
    assert at(acme, bob).get("/admin/password_change/")["Location"] == "/account/password/change/"


def test_the_side_bar_shows_what_is_in_reach(bob, acme, root):
    bobs, roots = page(at(acme, bob), "/admin/"), page(at(None, root), "/admin/")
    for title in ("Users", "API tokens", "Issuances", "Events"):
        assert f"<span>{title}</span>" in bobs
        assert f"<span>{title}</span>" in roots
    for title in ("Tenants", "AWS links", "Rules"):
        assert f"<span>{title}</span>" not in bobs
        assert f"<span>{title}</span>" in roots
    assert "Acme" in bobs


def test_only_the_admin_pages_may_evaluate(bob, acme):
    browser = at(acme, bob)
    admins, others = (browser.get(path)["Content-Security-Policy"] for path in (USERS, "/account/tokens/"))
    assert "script-src 'self' 'unsafe-eval'" in admins
    assert "style-src 'self' 'unsafe-inline'" in admins
    assert "unsafe" not in others
