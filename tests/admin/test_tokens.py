"""API tokens that an admin makes for apps, and the records of what was given out."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from accounts.models import APIToken, Kind
from exchange.models import Issuance
from tenants.scope import scope, unscoped
from tests.admin.pages import TOKENS, choose, complaints, page
from tests.conftest import at, person, token_of


@pytest.fixture
def app(acme):
    return person(acme, "builder", kind=Kind.APP)


@pytest.fixture
def browser(bob):
    return at(bob.tenant, bob)


def test_the_secret_of_a_new_token_is_shown_once(browser, app):
    answer = browser.post(f"{TOKENS}add/", {"user": str(app.pk), "name": "nightly", "days": 30})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    secret = re.findall(r"cip_[0-9a-f]{8}_[\w-]{43}", answer.content.decode())[0]
    assert not any(secret[13:] in morsel.value for morsel in answer.cookies.values())

    with unscoped():
        token = APIToken.objects.get()
    assert (token.user_id, token.tenant_id, token.name) == (app.pk, app.tenant_id, "nightly")
    assert 29 <= (token.expires_at - timezone.now()).days <= 30
    for url in (TOKENS, f"{TOKENS}{token.pk}/change/", "/admin/audit/event/", "/admin/"):
        shown = page(browser, url)
        assert secret[13:] not in shown, url
        assert token.digest not in shown, url
    assert token.prefix in page(browser, TOKENS)


def test_a_token_stands_for_an_active_app_of_this_tenant(browser, app, alice, globex):
    stranger = person(globex, "builder", kind=Kind.APP)
    for user in (alice, stranger):
        answer = browser.post(f"{TOKENS}add/", {"user": str(user.pk), "name": "x", "days": 1})
        assert "user" in complaints(answer)
    for days in ("0", "366", "-1", "x", ""):
        assert "days" in complaints(browser.post(f"{TOKENS}add/", {"user": str(app.pk), "name": "x", "days": days}))
    assert "name" in complaints(browser.post(f"{TOKENS}add/", {"user": str(app.pk), "name": "x" * 101, "days": 1}))
    with unscoped():
        assert not APIToken.objects.exists()


def test_bob_revokes_a_token_and_can_neither_change_nor_delete_it(browser, app, acme):
    secret = token_of(app).reveal()
    with unscoped():
        token = APIToken.objects.get()
    assert browser.post(f"{TOKENS}{token.pk}/change/", {"name": "x", "days": 9}).status_code == 404
    assert browser.post(f"{TOKENS}{token.pk}/delete/", {"post": "yes"}).status_code == 404
    assert "Revoked." in choose(browser, "revoke", token, url=TOKENS).content.decode()
    assert "revoked" in page(browser, TOKENS)
    headers = {"Authorization": f"Bearer {secret}"}
    refused = at(acme).post("/api/v1/exchange", {}, content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "token_revoked")


def test_digests_cannot_be_guessed_by_filters(browser, app):
    token_of(app)
    for lookup in ("digest__startswith=a", "user__password__startswith=a", "tenant__slug=acme"):
        assert browser.get(f"{TOKENS}?{lookup}").status_code == 400, lookup


def test_issuances_are_read_and_never_written(browser, alice):
    row = issuance(alice)
    listed, shown = (
        page(browser, "/admin/exchange/issuance/"),
        page(browser, f"/admin/exchange/issuance/{row.pk}/change/"),
    )
    assert "alice" in listed
    assert row.session_name in shown
    for path in (f"{row.pk}/change/", f"{row.pk}/delete/", "add/"):
        assert browser.post(f"/admin/exchange/issuance/{path}", {"post": "yes"}).status_code == 404
    choose(browser, "delete_selected", row, url="/admin/exchange/issuance/", post="yes")
    with unscoped():
        assert Issuance.objects.filter(pk=row.pk).exists()


def issuance(user):
    with scope(user.tenant):
        return Issuance.written(
            tenant=user.tenant,
            user_id=user.pk,
            username=user.username,
            address="192.0.2.7",
            proof_kind="session",
            role_arn="arn:aws:iam::111122223333:role/ChimeMember",
            session_name=f"chime_{user.pk}",
            tags={"UserUUID": str(user.pk)},
            access_key_id="ASIAEXAMPLE",
            expires_at=timezone.now(),
        )
