"""Guessing, listing and misleading at the sign-in page; slipping in more than the form asks for."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import standing
from accounts.models import Kind
from tenants.models import Domain, Signup
from tenants.scope import scope
from tenants.services import change_tenant
from tests.admin.pages import NEW_PASSWORD, USERS, entries_of, fill_in, named, now
from tests.conftest import PASSWORD, at, person

FULL_WIDTH = "\uff41\uff4c\uff49\uff43\uff45"  # alice
ELSEWHERE = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "///evil.example",
    "https:///evil.example",
    "\t//evil.example",
    "http://globex.localhost/chat/",
    "http://acme.localhost@evil.example/",
    "data:text/html,x",
]


def sign_in(browser, login, password, **more):
    return browser.post("/account/login/", {"login": login, "password": password}, **more)


def told(answer):
    """Return what a page says, without what differs from one reading to the next."""
    text = answer.content.decode()
    return answer.status_code, [line for line in text.splitlines() if "csrf" not in line and 'name="login"' not in line]


@pytest.mark.parametrize("goal", ELSEWHERE)
def test_next_leads_nowhere_else(goal, alice, bob):
    for path in ("/account/login/", "/admin/login/"):
        page = at(bob.tenant).get(path, {"next": goal}, follow=True)
        form = {"login": "bob", "password": PASSWORD, "next": goal}
        answer = at(bob.tenant).post("/account/login/", form)
        assert page.status_code == 200
        assert answer["Location"] == "/"
    signed_in = at(alice.tenant, alice)
    assert signed_in.get("/account/login/", {"next": goal})["Location"] == "/"
    assert signed_in.post("/account/logout/", {"next": goal})["Location"] == "/"


def test_unknown_wrong_and_disabled_look_the_same(alice, acme):
    gone = person(acme, "gone")
    with scope(acme):
        standing.disable(acme, [gone.pk])
    nobody = told(sign_in(at(acme), "nobody", "wrong-word-1"))
    assert nobody[0] == 200
    for login in ("alice", "gone"):
        assert told(sign_in(at(acme), login, "wrong-word-1")) == nobody, login
    # The page speaks of an address where one was typed; whether it exists makes no difference.
    typed = [told(sign_in(at(acme), login, "wrong-word-1")) for login in ("nobody@acme.example", "alice@acme.example")]
    assert typed[0] == typed[1]


def test_who_is_disabled_hears_what_everybody_hears(acme):
    """Only who waits for an admin's approval is told so, by the right password."""
    gone = person(acme, "gone")
    person(acme, "waiting", is_active=False, awaits_approval=True)
    with scope(acme):
        standing.disable(acme, [gone.pk])
    shut, unknown = sign_in(at(acme), "gone", PASSWORD), sign_in(at(acme), "nobody", PASSWORD)
    assert (shut.status_code, unknown.status_code) == (200, 200)
    assert told(shut) == told(unknown)
    assert sign_in(at(acme), "waiting", PASSWORD)["Location"] == "/account/inactive/"
    assert told(sign_in(at(acme), "waiting", "wrong-word-1")) == told(unknown)


def failures_until_locked(browser, logins, **more):
    """Count the wrong passwords that are looked at before the page says that there were too many."""
    for count in range(20):
        answer = sign_in(browser, logins[count % len(logins)], "wrong-word-1", **more)
        if "Too many failed" in answer.content.decode():
            return count
    return None


def test_failures_are_counted_by_the_account_in_whatever_spelling(alice, acme):
    assert failures_until_locked(at(acme), ["alice", "ALICE", " Alice", FULL_WIDTH]) == 5
    assert "Too many failed" in sign_in(at(acme), "aLiCe", PASSWORD).content.decode()


def test_failures_are_counted_whatever_the_port_or_host_of_the_tenant(alice, acme):
    Domain.objects.create(tenant=acme, host="chat.acme.example")
    hosts = ["acme.localhost", "acme.localhost:1", "acme.localhost:2", "chat.acme.example", "chat.acme.example:3"]
    for host in hosts:
        assert sign_in(Client(headers={"host": host}), "alice", "wrong-word-1").status_code == 200
    assert "Too many failed" in sign_in(at(acme), "alice", PASSWORD).content.decode()


def test_failures_in_one_tenant_lock_nobody_out_in_another(alice, globex):
    twin = person(globex, "alice")
    assert failures_until_locked(at(alice.tenant), ["alice"]) == 5
    assert sign_in(at(globex), twin.username, PASSWORD).status_code == 302


def test_an_address_is_limited_and_cannot_be_made_up(alice, acme):
    """By default no proxy is trusted, so X-Forwarded-For is a stranger's claim."""
    for count in range(10):
        headers = {"X-Forwarded-For": f"198.51.100.{count}"}
        assert sign_in(at(acme), f"nobody-{count}", "wrong-word-1", headers=headers).status_code == 200
    answer = sign_in(at(acme), "nobody-10", "wrong-word-1", headers={"X-Forwarded-For": "198.51.100.99"})
    assert "Too many failed" in answer.content.decode()


def test_extra_fields_at_sign_up_do_nothing(acme, globex):
    change_tenant(acme, signup=Signup.APPROVAL)
    extra = {
        "tenant": str(globex.pk),
        "tenant_id": str(globex.pk),
        "kind": "app",
        "is_staff": "on",
        "is_superuser": "on",
        "is_active": "on",
        "awaits_approval": "",
        "id": "00000000-0000-4000-8000-000000000000",
        "version": "7",
    }
    form = {"username": "dave", "email": "dave@acme.example", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    at(acme).post("/account/signup/", form | extra)
    dave = named(acme, "dave")
    assert (dave.is_staff, dave.is_active, dave.awaits_approval, dave.kind) == (False, False, True, Kind.PERSON)
    assert (dave.version, str(dave.pk)) != (7, extra["id"])
    assert named(globex, "dave") is None


def test_extra_fields_in_the_admin_do_nothing(alice, bob, globex):
    browser = at(bob.tenant, bob)
    extra = {"tenant": str(globex.pk), "is_active": "", "awaits_approval": "on", "password": "x", "version": "9"}
    browser.post(f"{USERS}add/", fill_in() | extra)
    dave = named(bob.tenant, "dave")
    assert (dave.is_active, dave.awaits_approval, dave.password[:1]) == (True, False, "!")
    assert named(globex, "dave") is None

    url = f"{USERS}{alice.pk}/change/"
    browser.post(url, entries_of(browser, url) | extra | {"display_name": "Changed"})
    found = now(alice)
    assert (found.display_name, found.tenant, found.is_active, found.version) == ("Changed", bob.tenant, True, 2)
    assert found.check_password(PASSWORD)

    own = f"{USERS}{bob.pk}/change/"
    browser.post(own, entries_of(browser, own) | {"is_staff": "", "kind": "guest"})
    assert (now(bob).is_staff, now(bob).kind) == (True, Kind.PERSON)


def test_a_member_cannot_make_themselves_an_admin_by_their_own_pages(alice):
    browser = at(alice.tenant, alice)
    extra = {"is_staff": "on", "tenant": "", "user": "x", "kind": "app"}
    browser.post("/account/tokens/", {"name": "n", "days": 1} | extra)
    browser.post("/account/email/", {"email": "x@acme.example", "action_add": ""} | extra)
    change = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    browser.post("/account/password/change/", change | extra)
    assert (now(alice).is_staff, now(alice).tenant, now(alice).kind) == (False, alice.tenant, Kind.PERSON)
