"""Tenants with the same provider, names and addresses stay strangers; who is out is out."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import standing
from accounts.models import User
from accounts.providers import switch
from tenants.scope import scope
from tenants.services import change_tenant
from tests.accounts.saml.company import SLUG, connect, departing, is_in
from tests.accounts.saml.idp import MAIL, IdentityProvider, attributes, encode, make_keys
from tests.attacks.saml.verdicts import assert_let_in, assert_refused

OTHERS = make_keys()


def test_a_response_for_acme_is_nothing_at_globex(acme, globex, idp):
    for tenant in (acme, globex):
        connect(tenant, idp)
    dora, elsewhere = departing(acme, idp), departing(globex, idp)
    assert_refused(elsewhere, dora.respond(), "Destination")
    assert_refused(elsewhere, dora.respond(), relay_state=dora.relay_state, status=400)
    assert_let_in(dora, dora.respond())


def test_what_globex_provider_signs_is_nothing_at_acme(acme, globex, idp):
    connect(acme, idp)
    connect(globex, IdentityProvider(OTHERS))
    mallory, honest = departing(acme, IdentityProvider(OTHERS)), departing(acme, idp)
    assert_refused(mallory, mallory.respond(), "Signature validation failed")
    assert_let_in(honest, honest.respond())


def test_two_tenants_of_one_provider_stay_strangers(acme, globex, idp):
    found = []
    for tenant in (acme, globex):
        connect(tenant, idp)
        dora = departing(tenant, idp)
        assert_let_in(dora, dora.respond())
        with scope(tenant):
            found.append(User.objects.get(tenant=tenant))
    assert [user.username for user in found] == ["dora", "dora"]
    assert found[0].email == found[1].email
    assert found[0].pk != found[1].pk


@pytest.mark.parametrize("host", ["acme.localhost:444", "acme.localhost.:80", "globex.localhost", "evil.example"])
def test_another_host_header_makes_no_response_fit(acme, globex, idp, visit, host):
    connect(acme, idp)
    dora = visit()
    posted = {"SAMLResponse": encode(dora.respond()), "RelayState": dora.relay_state}
    answer = Client(SERVER_NAME="acme.localhost").post(f"/account/saml/{SLUG}/acs/", posted, headers={"host": host})
    if answer.status_code == 303:
        answer = dora.browser.get(answer["Location"])
    assert answer.status_code in {400, 401, 404}
    assert not is_in(dora.browser)
    honest = visit()
    assert_let_in(honest, honest.respond())


def test_an_address_makes_nobody_somebody_else(acme, idp, visit, bob):
    connect(acme, idp)
    mallory, honest = visit(), visit()
    answer = mallory.bring(mallory.respond(attributes=attributes({MAIL: [bob.email]})))
    assert answer.status_code == 403
    assert not is_in(mallory.browser)
    assert_let_in(honest, honest.respond())


def test_who_is_disabled_stays_out(acme, idp, visit):
    connect(acme, idp)
    dora, again = visit(), visit()
    assert_let_in(dora, dora.respond())
    with scope(acme):
        standing.disable(acme, [User.objects.get(tenant=acme).pk])
    assert again.bring(again.respond()).status_code == 403
    assert not is_in(again.browser)
    assert not is_in(dora.browser)


def test_a_provider_that_is_switched_off_lets_nobody_in(acme, idp, visit):
    provider = connect(acme, idp)
    dora, honest = visit(), visit()
    with scope(acme):
        switch(provider, on=False)
    assert dora.bring(dora.respond()).status_code == 404
    with scope(acme):
        switch(provider, on=True)
    assert_let_in(honest, honest.respond())


def test_a_closed_tenant_lets_nobody_in(acme, idp, visit):
    connect(acme, idp)
    dora = visit()
    change_tenant(acme, is_active=False)
    assert dora.bring(dora.respond()).status_code == 404
    change_tenant(acme, is_active=True)
    assert_let_in(dora, dora.respond())
