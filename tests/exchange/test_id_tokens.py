"""An app shows the id_token that it got at its company's OpenID provider."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts import standing
from accounts.models import User
from accounts.providers import add_provider, change_provider, note_test, switch
from audit.models import Event
from exchange.models import Issuance
from tenants.scope import scope
from tests.accounts.openid.visits import names, provided, settings_of
from tests.conftest import link, person
from tests.exchange.doors import assert_refused, by_bearer, by_body, by_sample, by_sdk, credentials_in, speaks_as
from tests.servers.openid import CLIENT, SECRET, In, OpenIDProvider

APP = "an-app-of-acmes"


@pytest.fixture
def issuer(settings):
    settings.PRIVATE_PROVIDERS = True
    with OpenIDProvider() as provider:
        yield provider


@pytest.fixture
def company(linked, issuer):
    """Acme's provider, which knows an app beside the portal."""
    return provided(linked, issuer, settings=settings_of(issuer, app_client_ids=f"other-app {APP}"))


def shown(tenant, token):
    return by_body(tenant, kind="id_token", value=token)


def dora(tenant) -> User:
    with scope(tenant):
        return User.objects.get(username="dora")


@pytest.mark.parametrize("door", [shown, by_bearer, by_sample, by_sdk])
def test_it_becomes_credentials_of_that_one_person(linked, company, issuer, alice, at_aws, door):
    credentials = credentials_in(door(linked, issuer.sign(aud=APP)))
    somebody = dora(linked)
    assert speaks_as(at_aws, linked, credentials, str(somebody.pk)) == "ok"
    assert speaks_as(at_aws, linked, credentials, str(alice.pk)).startswith("Access")
    with scope(linked):
        issuance = Issuance.objects.get()
    assert (issuance.proof_kind, issuance.proof_reference, issuance.user_id) == ("id_token", "staff", somebody.pk)


def test_the_same_person_stays_the_same(linked, company, issuer):
    ids = {shown(linked, issuer.sign(aud=client)).json()["user"]["id"] for client in (APP, CLIENT, APP)}
    assert len(ids) == 1
    assert names(linked) == {"dora"}


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"aud": "an-app-of-somebody-elses"}, "client"),
        ({"aud": [APP, "stranger"]}, "azp"),
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"exp": In(-300)}, "expired"),
        ({"iat": In(600)}, "begins"),
        ({"sub": None}, "lacks"),
    ],
)
def test_what_does_not_hold_is_refused_and_the_admin_reads_why(linked, company, issuer, claims, why):
    assert_refused(shown(linked, issuer.sign(**{"aud": APP, **claims})), 401, "invalid_proof")
    assert why in Event.objects.get(name="exchange.refused").detail["cause"]
    assert names(linked) == set()


@pytest.mark.parametrize("token", ["", "a.b.c", "nonsense", "\u2028.x.y", "e30.e30.e30", "." * 2, "x" * 40_000])
def test_nonsense_is_refused(linked, company, token):
    answer = shown(linked, token)
    assert answer.status_code in (400, 401)


def test_not_signed_by_nobody_or_by_somebody_else(linked, company, issuer):
    with OpenIDProvider() as other:
        other.claims = {"iss": issuer.url}
        other.key_id = issuer.key_id
        assert_refused(shown(linked, other.sign(aud=APP)), 401, "invalid_proof")
    issuer.algorithm = "none"
    assert_refused(shown(linked, issuer.sign(aud=APP)), 401, "invalid_proof")


def test_a_provider_of_another_tenant_opens_nothing(linked, globex, issuer, at_aws):
    provided(globex, issuer)
    link(globex, at_aws)
    assert_refused(shown(linked, issuer.sign()), 401, "invalid_proof")
    assert shown(globex, issuer.sign()).status_code == 200


def test_two_tenants_with_the_same_provider_have_strangers(linked, company, globex, issuer, at_aws):
    provided(globex, issuer)
    link(globex, at_aws)
    ids = {shown(tenant, issuer.sign(aud=CLIENT)).json()["user"]["id"] for tenant in (linked, globex)}
    assert len(ids) == 2


def test_a_provider_that_is_switched_off_opens_nothing(linked, company, issuer):
    with scope(linked):
        switch(company, on=False)
    assert_refused(shown(linked, issuer.sign(aud=APP)), 401, "invalid_proof")


def test_a_stranger_where_nobody_is_made_a_user(linked, company, issuer):
    with scope(linked):
        change_provider(company, creates_users=False)
    assert_refused(shown(linked, issuer.sign(aud=APP)), 403, "no_account")


def test_somebody_disabled(linked, company, issuer):
    shown(linked, issuer.sign(aud=APP))
    with scope(linked):
        standing.disable(linked, [dora(linked).pk])
    assert_refused(shown(linked, issuer.sign(aud=APP)), 403, "account_disabled")


def test_nobody_is_taken_over_by_an_address(linked, company, issuer):
    person(linked, "dora", email="dora@acme.example")
    assert_refused(shown(linked, issuer.sign(aud=APP)), 403, "email_taken")


def test_a_provider_s_own_demands_hold(linked, issuer, monkeypatch):
    monkeypatch.setattr("accounts.kinds.google.ISSUER", issuer.url)
    with scope(linked):
        settings = {"client_id": CLIENT, "workspace": "acme.example", "app_client_ids": APP}
        google = add_provider(
            linked, kind="google", slug="google", name="G", settings=settings, secrets={"client_secret": SECRET}
        )
        note_test(google, now=google.created_at)
        switch(google, on=True)
    assert_refused(shown(linked, issuer.sign(aud=APP)), 401, "invalid_proof")
    assert shown(linked, issuer.sign(aud=APP, hd="acme.example")).status_code == 200


def test_a_new_key_of_the_provider_is_looked_up(linked, company, issuer):
    assert shown(linked, issuer.sign(aud=APP)).status_code == 200
    issuer.key, issuer.key_id = rsa.generate_private_key(public_exponent=65537, key_size=2048), "k2"
    issuer.publish(issuer.key, "k2")
    assert shown(linked, issuer.sign(aud=APP)).status_code == 200
