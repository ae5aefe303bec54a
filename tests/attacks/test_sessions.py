"""A session, a link or a code of one tenant does nothing in another."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.test import Client

from tenants.models import Signup
from tenants.scope import scope, unscoped
from tenants.services import change_tenant
from tests.admin.pages import NEW_PASSWORD, fill_in, named, now
from tests.conftest import PASSWORD, at, person

HOMES = {"alice": "acme.localhost", "bob": "acme.localhost", "carol": "globex.localhost", "root": "localhost"}


def thief(browser, host):
    """Return a browser at another host with the cookies of this one."""
    stolen = Client(SERVER_NAME=host)
    stolen.cookies[settings.SESSION_COOKIE_NAME] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return stolen


@pytest.mark.parametrize(
    ("who", "host"), [(who, host) for who, home in HOMES.items() for host in HOMES.values() if host != home]
)
def test_a_stolen_cookie_is_nobodys_and_hurts_nobody(who, host, alice, bob, carol, root):
    user = {"alice": alice, "bob": bob, "carol": carol, "root": root}[who]
    own = at(user.tenant, user)
    elsewhere = thief(own, host)
    assert elsewhere.get("/account/email/").status_code == 302
    assert elsewhere.get("/admin/").status_code == 302
    body = {"content_type": "application/json"}
    assert elsewhere.post("/api/v1/exchange", {}, **body).json()["code"] in {"proof_required", "no_tenant"}
    assert elsewhere.post("/api/v1/exchange", {"proof": {"kind": "session"}}, **body).status_code in {401, 404}
    elsewhere.post("/account/logout/")
    assert own.get("/account/email/").status_code == 200, "the thief could sign the owner out"


def test_signing_in_elsewhere_with_a_stolen_cookie_starts_a_new_session(alice, carol):
    own = at(alice.tenant, alice)
    elsewhere = thief(own, "globex.localhost")
    elsewhere.post("/account/login/", {"login": "carol", "password": PASSWORD})
    mine, theirs = (browser.cookies[settings.SESSION_COOKIE_NAME].value for browser in (own, elsewhere))
    assert mine != theirs
    assert thief(elsewhere, "acme.localhost").get("/account/email/").status_code == 302


def test_ending_the_other_sessions_ends_the_own_only(alice, carol):
    first, second, carols = at(alice.tenant, alice), at(alice.tenant, alice), at(carol.tenant, carol)
    theirs = UserSession.objects.get(user=carol)
    second.post("/account/sessions/", {"session": str(theirs.pk), "id": str(theirs.pk)})
    assert first.get("/account/email/").status_code == 302
    assert second.get("/account/email/").status_code == 200
    assert carols.get("/account/email/").status_code == 200


def reset_link(tenant, email):
    mail.outbox.clear()
    at(tenant).post("/account/password/reset/", {"email": email})
    return re.findall(r"http://[^/]+(/account/password/reset/key/\S+)", str(mail.outbox[-1].body))[0]


def try_reset(host, link):
    """Follow a reset link as a browser does and set the new password."""
    browser = Client(SERVER_NAME=host)
    page = browser.get(link, follow=True)
    path = page.redirect_chain[-1][0] if page.redirect_chain else link
    browser.post(path, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})


@pytest.mark.parametrize("twin", [False, True])
def test_a_reset_link_of_acme_does_nothing_elsewhere(twin, alice, carol, globex, root):
    if twin:
        person(globex, "alice", email=alice.email)
    link = reset_link(alice.tenant, alice.email)
    for host in ("globex.localhost", "localhost"):
        try_reset(host, link)
    with unscoped():
        assert all(user.check_password(PASSWORD) for user in type(alice).objects.all())
    try_reset("acme.localhost", link)
    assert now(alice).check_password(NEW_PASSWORD)


def test_a_reset_mail_goes_out_only_where_the_address_lives(alice, globex):
    for tenant in (globex, None):
        mail.outbox.clear()
        at(tenant).post("/account/password/reset/", {"email": alice.email})
        assert not any("/password/reset/key/" in message.body for message in mail.outbox)


def test_a_confirmation_link_of_acme_does_nothing_elsewhere(alice, globex):
    with scope(alice.tenant):
        address = EmailAddress.objects.create(user=alice, email="new@acme.example")
        link = f"/account/confirm-email/{EmailConfirmationHMAC(address).key}/"
    for host in ("globex.localhost", "localhost"):
        Client(SERVER_NAME=host).post(link)
        assert not state(address).verified
    at(alice.tenant, alice).post(link)
    assert state(address).verified


def state(address):
    with unscoped():
        return EmailAddress.objects.get(pk=address.pk)


def test_an_address_of_another_tenant_cannot_be_touched(alice, carol):
    browser = at(alice.tenant, alice)
    for action in ("action_remove", "action_primary", "action_send"):
        browser.post("/account/email/", {"email": carol.email, action: ""})
    with unscoped():
        assert EmailAddress.objects.get(email=carol.email).primary


def test_reauthentication_takes_the_password_of_this_tenants_user_only(alice, globex):
    twin = person(globex, "alice", email=alice.email)
    assert now(twin).check_password(PASSWORD)
    with unscoped():
        twin.set_password("another-one-1")
        twin.save()
    browser = at(alice.tenant, alice)
    assert browser.post("/account/reauthenticate/", {"password": "another-one-1"}).status_code == 200
    assert browser.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302


def test_sign_up_and_password_change_stay_in_the_tenant(alice, carol, globex):
    change_tenant(globex, signup=Signup.OPEN)
    form = fill_in(username="alice", email=alice.email, password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    assert at(globex).post("/account/signup/", form).status_code == 302
    twin = named(globex, "alice")
    assert now(alice).check_password(PASSWORD)

    browser = at(alice.tenant, alice)
    change = {"oldpassword": PASSWORD, "password1": "a-third-word-1", "password2": "a-third-word-1"}
    browser.post("/account/password/change/", change)
    assert now(alice).check_password("a-third-word-1")
    assert now(twin).check_password(NEW_PASSWORD)
