"""How a tenant's admin registers an app, and what is said to mistakes."""

from __future__ import annotations

import re

import pytest

from accounts.models import ClientRegistration, Kind
from accounts.tasks import clear_sessions
from audit.models import Event
from tenants.scope import scope
from tests.conftest import at, person
from tests.exchange.oauth.relying_party import CALLBACK, EXCHANGE, register

ADD = "/admin/accounts/clientregistration/add/"
ENTRIES = {
    "name": "The app",
    "runs": "yes",
    "grants": ["authorization_code", EXCHANGE],
    "redirect_uris": f"{CALLBACK}\nhttp://127.0.0.1/callback",
    "scopes": ["openid", "chime"],
    "asks_consent": "on",
    "targets": "https://api.acme.example/",
}


def change_page(registration):
    return f"/admin/accounts/clientregistration/{registration.pk}/change/"


def token_by(tenant, client_id, secret):
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": "openid"}
    return at(tenant).post("/oauth/token", form)


def test_an_admin_registers_one_and_sees_its_secret_once(acme, bob):
    page = at(acme, bob).post(ADD, ENTRIES | {"grants": ["client_credentials"]}).content.decode()
    client_id, secret = re.findall(r"<code[^>]*>(\w{32}|\w{64})</code>", page)
    assert token_by(acme, client_id, secret).status_code == 200
    with scope(acme):
        registration = ClientRegistration.objects.get()
    shown = at(acme, bob).get(change_page(registration)).content.decode()
    assert CALLBACK in shown
    assert secret not in shown
    assert secret not in registration.client.secret


def test_what_it_may_is_changed_and_its_tokens_end(acme, bob):
    registration, secret = register(acme)
    token = token_by(acme, registration.client_id, secret).json()["access_token"]
    bearer = {"headers": {"Authorization": f"Bearer {token}"}}
    assert at(acme).get("/oauth/userinfo", **bearer).json() == {"sub": registration.client_id}
    assert at(acme, bob).post(change_page(registration), ENTRIES | {"name": "Other"}).status_code == 302
    assert at(acme).get("/oauth/userinfo", **bearer).status_code == 401
    assert token_by(acme, registration.client_id, secret).json()["error"] == "unauthorized_client"
    registration.client.refresh_from_db()
    assert registration.client.name == "Other"


def test_another_secret_takes_the_place_of_the_first(acme, bob):
    registration, secret = register(acme)
    chosen = {"action": "renew", "_selected_action": [str(registration.pk)]}
    page = at(acme, bob).post("/admin/accounts/clientregistration/", chosen).content.decode()
    fresh = re.findall(r"<code[^>]*>(\w{64})</code>", page)[0]
    assert token_by(acme, registration.client_id, secret).status_code == 401
    assert token_by(acme, registration.client_id, fresh).status_code == 200


def test_a_dropped_one_is_gone(acme, bob):
    registration, secret = register(acme)
    at(acme, bob).post(change_page(registration).replace("change", "delete"), {"post": "yes"})
    assert token_by(acme, registration.client_id, secret).status_code == 401
    names = set(Event.objects.filter(name__startswith="client.").values_list("name", flat=True))
    assert names == {"client.added", "client.dropped"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"redirect_uris": ""}, "Say where people are sent back"),
        ({"redirect_uris": "http://app.acme.example/callback"}, "use https"),
        ({"redirect_uris": "javascript:alert(1)"}, "use https"),
        ({"redirect_uris": "https://*.acme.example/"}, "no complete address"),
        ({"redirect_uris": "https://a.example/#x"}, "no complete address"),
        ({"redirect_uris": "/callback"}, "no complete address"),
        ({"redirect_uris": "https://["}, "no complete address"),
        ({"targets": "api"}, "no absolute URI"),
        ({"runs": "no"}, "keep a secret"),
        ({"grants": ["urn:ietf:params:oauth:grant-type:device_code"]}, "register a public client"),
        ({"runs": "no", "grants": ["authorization_code"], "may_act": "on"}, "may act for others"),
        ({"grants": ["password"]}, "Select a valid choice"),
        ({"scopes": ["everything"]}, "Select a valid choice"),
        ({"name": ""}, "required"),
    ],
)
def test_mistakes_are_told_beside_their_fields(acme, bob, change, complaint):
    page = at(acme, bob).post(ADD, ENTRIES | change)
    assert page.status_code == 200
    assert complaint in page.content.decode()
    with scope(acme):
        assert not ClientRegistration.objects.exists()


def test_it_stands_for_an_app_of_its_own_tenant_only(acme, bob, alice, globex):
    apps = [person(globex, "theirs", kind=Kind.APP), alice]
    for user in apps:
        page = at(acme, bob).post(ADD, ENTRIES | {"app": str(user.pk)}).content.decode()
        assert "Select a valid choice" in page


@pytest.mark.parametrize("nonsense", [{"client_id": "\0"}, {"scope": "x" * 200_000}, {"resource": "http://["}])
@pytest.mark.parametrize("grant", ["client_credentials", EXCHANGE, "authorization_code", "refresh_token"])
def test_nonsense_is_no_fault_of_ours(acme, nonsense, grant):
    registration, secret = register(acme)
    usual = {"grant_type": grant, "client_id": registration.client_id, "client_secret": secret, "code": "x"}
    answer = at(acme).post("/oauth/token", usual | {"subject_token": "x", "refresh_token": "x"} | nonsense)
    assert answer.status_code in {400, 401}
    assert answer.json()["error"]


def test_tokens_that_are_over_are_forgotten_by_night(acme):
    registration, secret = register(acme)
    token_by(acme, registration.client_id, secret)
    with scope(acme):
        tokens = registration.client.token_set
        clear_sessions()
        assert tokens.count() == 1
        tokens.update(expires_at="2020-01-01T00:00:00Z")
        clear_sessions()
        assert tokens.count() == 0
