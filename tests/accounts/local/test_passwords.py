"""Whose password counts, who may have a new one, and what ends with the old one."""

from __future__ import annotations

import re

import pytest
from argon2 import low_level

from accounts import arrivals, services, standing
from accounts.claims import Claims
from accounts.models import Kind
from accounts.providers import add_provider, note_test, switch
from accounts.tokens import find_token
from tenants.scope import scope
from tenants.services import change_tenant
from tests.accounts.openid.visits import provided, visit
from tests.conftest import PASSWORD, at, person, token_of
from tests.servers.openid import OpenIDProvider

NEW = "another-long-word-2"


def sign_in(browser, login, password=PASSWORD):
    return browser.post("/account/login/", {"login": login, "password": password})


def reset(mail, tenant, email) -> str:
    """Ask for a link; return where it leads, or nothing when none came."""
    at(tenant).post("/account/password/reset/", {"email": email})
    found = re.search(r"http://acme\.localhost(/account/password/reset/key/\S+)", mail.letters[-1].get_content())
    return found[1] if found else ""


def choose_new(browser, link):
    page = browser.get(link, follow=True)
    return browser.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW}).status_code


@pytest.fixture
def staff(acme):
    with scope(acme):
        provider = add_provider(acme, kind="oidc", slug="staff", name="Staff")
        note_test(provider, now=provider.created_at)
        switch(provider, on=True)
    return provider


def test_a_new_password_by_mail_ends_sessions_and_tokens(acme, alice, mail):
    thief, token = at(acme, alice), token_of(alice)
    assert choose_new(at(acme), reset(mail, acme, alice.email)) == 302
    assert thief.get("/account/tokens/").status_code == 302
    with scope(acme):
        assert find_token(acme, token).revoked_at
    assert sign_in(at(acme), "alice").status_code == 200
    assert sign_in(at(acme), "alice", NEW).status_code == 302


def test_in_whatever_browser_the_link_is_followed(acme, alice, mail):
    token = token_of(alice)
    assert choose_new(at(acme, alice), reset(mail, acme, alice.email)) == 302
    with scope(acme):
        assert find_token(acme, token).revoked_at


def test_a_change_ends_the_other_sessions_and_keeps_this_one(acme, alice):
    thief, browser, token = at(acme, alice), at(acme, alice), token_of(alice)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert browser.post("/account/password/change/", form).status_code == 302
    assert (browser.get("/account/tokens/").status_code, thief.get("/account/tokens/").status_code) == (200, 302)
    with scope(acme):
        assert find_token(acme, token).revoked_at is None


@pytest.mark.parametrize("kind", [Kind.APP, Kind.GUEST])
def test_apps_and_guests_have_no_password(acme, kind, mail):
    robot = person(acme, "robot", kind=kind, email="robot@acme.example")
    assert sign_in(at(acme), "robot").status_code == 200
    assert reset(mail, acme, robot.email) == ""


def test_who_comes_by_a_provider_gets_no_password_by_mail(acme, staff, mail):
    """Their company may have put them out: a mailbox must not let them in again."""
    with scope(acme):
        dora = services.register(tenant=acme, username="dora", email="dora@acme.example")
    assert reset(mail, acme, dora.email)
    with scope(acme):
        arrivals.link(dora, staff, Claims(subject="dora-1"))
    assert reset(mail, acme, dora.email) == ""


def test_nor_do_they_make_one_themselves(acme, settings):
    settings.PRIVATE_PROVIDERS = True
    with OpenIDProvider() as issuer:
        provided(acme, issuer)
        browser = at(acme)
        visit(browser, issuer)
        assert browser.get("/account/password/change/").status_code == 403
        assert browser.post("/account/password/set/", {"password1": NEW, "password2": NEW}).status_code == 403


def test_without_portal_passwords_nobody_gets_in_by_one(acme, alice, staff, mail):
    browser = at(acme, alice)
    link = reset(mail, acme, alice.email)
    change_tenant(acme, local_passwords=False)
    assert choose_new(at(acme), link) == 403
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    for refused in (
        sign_in(at(acme), "alice"),
        browser.post("/account/password/change/", form),
        at(acme).post("/account/password/reset/", {"email": alice.email}),
    ):
        assert refused.status_code == 403
        assert "do not count here" in refused.content.decode()
    assert "/account/password/change/" not in browser.get("/account/tokens/").content.decode()
    assert "closed" in at(acme).get("/account/signup/").content.decode().lower()


def test_operators_keep_theirs(root):
    assert sign_in(at(None), "root").status_code == 302


@pytest.fixture
def hashes(monkeypatch):
    """Each computation of argon2id, whoever asks for it."""
    counted = []
    for name in ("verify_secret", "hash_secret"):
        done = getattr(low_level, name)

        def counting(*given, done=done, **more):
            counted.append(done.__name__)
            return done(*given, **more)

        monkeypatch.setattr(low_level, name, counting)
        monkeypatch.setattr(f"argon2._password_hasher.{name}", counting)
    monkeypatch.setattr("argon2.low_level.hash_secret", counting)
    return counted


def test_every_refused_sign_in_costs_the_same(acme, alice, bob, hashes):
    """One computation for whoever it is said to be, or an ear at the clock would tell who is a user."""
    gone = person(acme, "gone")
    with scope(acme):
        standing.disable(acme, [gone.pk])
        services.register(tenant=acme, username="nopassword")
    person(acme, "robot", kind=Kind.APP)
    tries = [
        *(("nobody", PASSWORD), ("alice", "wrong-word-1"), ("gone", PASSWORD), ("gone", "wrong-word-1")),
        *(("robot", PASSWORD), ("nopassword", PASSWORD), ("nobody@acme.example", PASSWORD)),
        *((alice.email, "wrong-word-1"), (bob.email, "wrong-word-1")),
    ]
    for login, password in tries:
        hashes.clear()
        assert sign_in(at(acme), login, password).status_code == 200
        assert len(hashes) == 1, (login, hashes)
