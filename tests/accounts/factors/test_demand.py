"""A tenant demands a second factor; who lacks one gets to its set-up and no further."""

from __future__ import annotations

import json

import pytest

from tenants.models import MFA
from tenants.services import change_tenant
from tests.accounts.factors.codes import set_up
from tests.accounts.openid.visits import provided, visit
from tests.conftest import at, token_of
from tests.servers.openid import OpenIDProvider

SET_UP = "/account/2fa/"


def exchange(browser, **headers):
    answer = browser.post("/api/v1/exchange", "{}", content_type="application/json", headers=headers)
    return answer.status_code, json.loads(answer.content).get("code")


def led_to(browser, path: str):
    return browser.get(path).get("Location", "")


@pytest.mark.parametrize(
    ("mfa", "alices", "bobs"), [(MFA.OPTIONAL, "", ""), (MFA.ADMINS, "", SET_UP), (MFA.EVERYBODY, SET_UP, SET_UP)]
)
def test_of_whom_it_is_demanded(acme, alice, bob, mfa, alices, bobs):
    change_tenant(acme, mfa=mfa)
    assert led_to(at(acme, alice), "/chat/") == alices
    assert led_to(at(acme, bob), "/admin/") == bobs


@pytest.mark.parametrize("path", ["/chat/", "/account/tokens/", "/account/email/", "/account/ways-in/", "/"])
def test_who_lacks_it_gets_no_further(acme, alice, path):
    change_tenant(acme, mfa=MFA.EVERYBODY)
    browser = at(acme, alice)
    assert led_to(browser, path) == SET_UP
    assert browser.post("/account/tokens/", {"name": "mine", "days": 1})["Location"] == SET_UP
    assert "is demanded of you" in browser.get(SET_UP).content.decode()


def test_nor_to_any_credentials(acme, alice):
    change_tenant(acme, mfa=MFA.EVERYBODY)
    browser = at(acme, alice)
    assert exchange(browser) == (403, "second_factor_required")
    answer = browser.post("/creds", "{}", content_type="application/json", headers={"Origin": "http://acme.localhost"})
    assert answer.status_code == 403


def test_then_they_go_on_to_where_they_wanted(acme, alice):
    change_tenant(acme, mfa=MFA.EVERYBODY)
    browser = at(acme, alice)
    browser.get("/account/tokens/")
    set_up(browser)
    assert '<a href="/account/tokens/">' in browser.get(SET_UP).content.decode()
    assert browser.get("/account/tokens/").status_code == 200
    assert exchange(browser)[1] != "second_factor_required"


def test_an_api_token_stands_for_itself(acme, alice):
    change_tenant(acme, mfa=MFA.EVERYBODY)
    bearer = f"Bearer {token_of(alice).reveal()}"
    assert exchange(at(acme), Authorization=bearer)[1] != "second_factor_required"


def test_a_providers_own_factors_count(acme, settings):
    settings.PRIVATE_PROVIDERS = True
    with OpenIDProvider() as issuer:
        provided(acme, issuer)
        change_tenant(acme, mfa=MFA.EVERYBODY)
        browser = at(acme)
        visit(browser, issuer)
        assert browser.get("/account/tokens/").status_code == 200


def test_operators_too_when_the_environment_says_so(root, settings):
    settings.OPERATOR_MFA = True
    assert led_to(at(None, root), "/admin/") == SET_UP
    settings.OPERATOR_MFA = False
    assert led_to(at(None, root), "/admin/") == ""
