from __future__ import annotations

from django.core import mail

from accounts import standing
from accounts.models import User
from tenants.models import Signup
from tenants.scope import scope
from tenants.services import change_tenant
from tests.conftest import PASSWORD, at, person


def test_one_signs_in_by_name_or_address_at_the_own_tenant_only(alice, globex):
    for login in ("alice", "ALICE", "alice@acme.example"):
        answer = at(alice.tenant).post("/account/login/", {"login": login, "password": PASSWORD})
        assert answer.status_code == 302, login

    for tenant in (globex, None):
        answer = at(tenant).post("/account/login/", {"login": "alice", "password": PASSWORD})
        assert answer.status_code == 200
        assert "not correct" in answer.content.decode()


def test_the_same_name_and_address_may_exist_in_two_tenants(acme, globex):
    here = person(acme, "ann", email="ann@x.example")
    there = person(globex, "ann", email="ann@x.example")
    assert here.pk != there.pk

    at(acme).post("/account/password/reset/", {"email": "ann@x.example"})
    assert len(mail.outbox) == 1
    assert "http://acme.localhost" in mail.outbox[0].body


def test_a_session_of_another_tenant_is_nobody(alice, globex):
    browser = at(alice.tenant, alice)
    assert browser.get("/account/tokens/").status_code == 200

    stolen = at(globex)
    stolen.cookies = browser.cookies
    assert stolen.get("/account/tokens/").status_code == 302


def test_sign_up_is_closed_open_or_waits_for_an_admin(acme, bob):
    form = {
        "username": "dave",
        "email": "dave@acme.example",
        "password1": "a-long-word-1",
        "password2": "a-long-word-1",
    }
    closed = at(acme).post("/account/signup/", form)
    assert "closed" in closed.content.decode().lower()

    change_tenant(acme, signup=Signup.APPROVAL)
    answer = at(acme).post("/account/signup/", form)
    assert answer["Location"] == "/account/confirm-email/"
    assert at(acme).post("/account/login/", {"login": "dave", "password": "a-long-word-1"})["Location"] == (
        "/account/inactive/"
    )
    with scope(acme):
        dave = User.objects.get(username="dave")
        assert not dave.is_active
        assert dave.awaits_approval
        assert standing.approve(acme, [dave.pk]) == 1
    assert at(acme).post("/account/login/", {"login": "dave", "password": "a-long-word-1"}).status_code == 302

    change_tenant(acme, signup=Signup.OPEN)
    answer = at(acme).post("/account/signup/", form | {"username": "erin", "email": "erin@acme.example"})
    assert answer.status_code == 302
    assert answer["Location"] == "/account/confirm-email/"


def test_disabling_ends_sessions_and_enabling_does_not_revive_them(alice):
    browser = at(alice.tenant, alice)
    with scope(alice.tenant):
        standing.disable(alice.tenant, [alice.pk])
    assert browser.get("/account/tokens/").status_code == 302
    with scope(alice.tenant):
        standing.restore(alice.tenant, [alice.pk])
    assert browser.get("/account/tokens/").status_code == 302


def test_passwords_are_hashed_by_argon2id_with_the_parameters_of_owasp(alice, monkeypatch):
    monkeypatch.undo()
    alice.set_password(PASSWORD)
    assert alice.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_longest_login_that_a_tenant_may_allow_lasts_as_long(alice, time_machine):
    change_tenant(alice.tenant, login_seconds=2_592_000)
    time_machine.move_to("2026-11-01T10:00:00Z", tick=False)
    browser = at(alice.tenant, alice)
    time_machine.move_to("2026-11-30T10:00:00Z", tick=False)
    assert browser.get("/account/tokens/").status_code == 200


def test_a_login_ends_at_its_time_whatever_one_does(alice, time_machine):
    change_tenant(alice.tenant, login_seconds=3600)
    time_machine.move_to("2026-11-23T10:00:00Z", tick=False)
    browser = at(alice.tenant, alice)
    time_machine.move_to("2026-11-23T10:59:00Z", tick=False)
    assert browser.get("/account/tokens/").status_code == 200
    time_machine.move_to("2026-11-23T11:00:01Z", tick=False)
    assert browser.get("/account/tokens/").status_code == 302
