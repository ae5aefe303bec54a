"""A response is good once, and in the browser that asked for it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.accounts.saml.company import SLUG, Visit, connect, departing, is_in
from tests.accounts.saml.idp import IdentityProvider, encode, make_keys
from tests.attacks.saml.verdicts import assert_let_in, assert_refused
from tests.conftest import at as at_host


def test_a_response_is_good_once(acme, idp, visit):
    connect(acme, idp)
    dora = visit()
    response = dora.respond()
    assert_let_in(dora, response)
    again = visit()
    again.request_id = dora.request_id
    assert again.bring(response).status_code == 401
    assert not is_in(again.browser)
    assert dora.bring(response).status_code == 400


@pytest.mark.parametrize("unsolicited", [True, False])
def test_a_stolen_response_is_good_in_no_other_browser(acme, idp, visit, unsolicited):
    connect(acme, idp, allow_unsolicited=unsolicited)
    dora, mallory = visit(), visit()
    response = dora.respond()
    assert_refused(mallory, response)
    thief = Visit(acme, idp, Client(SERVER_NAME="acme.localhost"), dora.relay_state)
    assert_refused(thief, response, status=401 if unsolicited else 400)
    assert_let_in(dora, response)


def test_a_stolen_response_is_not_made_one_that_nobody_asked_for(acme, idp, visit):
    connect(acme, idp, allow_unsolicited=True)
    dora = visit()
    response = dora.respond()
    del response.attrib["InResponseTo"]
    thief = Visit(acme, idp, Client(SERVER_NAME="acme.localhost"))
    assert_refused(thief, response, "different requests")
    assert_let_in(dora, dora.respond())


def test_what_begins_at_the_provider_is_refused_unless_the_tenant_lets_it(acme, globex, idp):
    connect(acme, idp)
    connect(globex, idp, allow_unsolicited=True)
    for tenant, status in ((acme, 400), (globex, 302)):
        unasked = Visit(tenant, idp, Client(SERVER_NAME=f"{tenant.slug}.localhost"))
        answer = unasked.bring(unasked.respond())
        assert answer.status_code == status
        assert is_in(unasked.browser) is (tenant == globex)


def test_what_begins_at_the_provider_is_good_once(acme, idp):
    connect(acme, idp, allow_unsolicited=True)
    dora, thief = (Visit(acme, idp, Client(SERVER_NAME="acme.localhost")) for _ in range(2))
    response = dora.respond()
    assert_let_in(dora, response)
    assert thief.bring(response).status_code == 401
    assert not is_in(thief.browser)


def test_what_waits_for_the_browser_is_given_out_once(acme, idp, visit):
    connect(acme, idp, allow_unsolicited=True)
    dora = visit()
    posted = {"SAMLResponse": encode(dora.respond()), "RelayState": dora.relay_state}
    waiting = Client(SERVER_NAME="acme.localhost").post(f"/account/saml/{SLUG}/acs/", posted)["Location"]
    assert dora.browser.get(waiting).status_code == 302
    assert dora.browser.get(waiting).status_code == 400


def test_what_waits_at_one_provider_is_nothing_at_another(acme, idp, visit):
    connect(acme, idp)
    connect(acme, IdentityProvider(make_keys()), slug="guests", allow_unsolicited=True)
    mallory = visit()
    mallory.request_id = ""
    posted = {"SAMLResponse": encode(mallory.respond()), "RelayState": ""}
    waiting = Client(SERVER_NAME="acme.localhost").post(f"/account/saml/{SLUG}/acs/", posted)["Location"]
    assert mallory.browser.get(waiting.replace(f"/{SLUG}/", "/guests/")).status_code == 400
    assert not is_in(mallory.browser)
    honest = visit()
    assert_let_in(honest, honest.respond())


def test_the_key_of_what_waits_is_nobodys_session(acme, idp, visit):
    connect(acme, idp)
    dora = visit()
    posted = {"SAMLResponse": encode(dora.respond()), "RelayState": dora.relay_state}
    waiting = Client(SERVER_NAME="acme.localhost").post(f"/account/saml/{SLUG}/acs/", posted)["Location"]
    mallory = Client(SERVER_NAME="acme.localhost")
    mallory.cookies[settings.SESSION_COOKIE_NAME] = waiting.partition("parcel=")[2]
    assert not is_in(mallory)
    assert dora.browser.get(waiting).status_code == 302


def test_somebodys_session_is_nothing_that_waits(acme, idp, alice):
    connect(acme, idp)
    browser = at_host(acme, alice)
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    finish = f"/account/saml/{SLUG}/finish/?parcel={key}"
    assert Client(SERVER_NAME="acme.localhost").get(finish).status_code == 400
    assert is_in(browser)


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/", "//evil.example/", "http://globex.localhost/", "javascript:alert(1)", "/\\evil.example"],
)
def test_nobody_is_led_to_another_host(acme, idp, url):
    connect(acme, idp)
    dora, honest = departing(acme, idp, next=url), departing(acme, idp, next="/account/tokens/")
    assert dora.bring(dora.respond())["Location"] == "/"
    assert honest.bring(honest.respond())["Location"] == "/account/tokens/"


@pytest.mark.parametrize("url", ["https://evil.example/", "/admin/", "//evil.example/"])
def test_a_relay_state_leads_nowhere(acme, idp, visit, url):
    connect(acme, idp, allow_unsolicited=True)
    unasked = Visit(acme, idp, Client(SERVER_NAME="acme.localhost"))
    assert unasked.bring(unasked.respond(), relay_state=url)["Location"] == "/"
