"""A provider ends a login behind the browser's back (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import pytest

from tests.accounts.openid.visits import provided, visit
from tests.conftest import at
from tests.servers.openid import In

PATH = "/account/oidc/staff/logout/"
EVENT: dict[str, dict[str, str]] = {"http://schemas.openid.net/event/backchannel-logout": {}}


def logout_token(issuer, **claims):
    """Nothing of what an id_token says about a person is in a logout token."""
    usual: dict[str, object] = {
        "email": None,
        "email_verified": None,
        "name": None,
        "groups": None,
        "preferred_username": None,
    }
    return issuer.sign(**usual, **{"events": EVENT, "jti": "logout-1"} | claims)


def is_in(browser):
    return browser.get("/account/tokens/").status_code == 200


@pytest.fixture
def doras(acme, issuer):
    """Two browsers of Dora's, in sessions a and b of the provider's."""
    provided(acme, issuer)
    browsers = []
    for sid in "ab":
        issuer.claims = {"sid": sid}
        browsers.append(at(acme))
        visit(browsers[-1], issuer)
    issuer.claims = {}
    return browsers


def test_a_session_that_is_named_ends(acme, issuer, doras):
    token = logout_token(issuer, sub=None, sid="a")
    answer = at(acme).post(PATH, {"logout_token": token})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert [is_in(browser) for browser in doras] == [False, True]


def test_all_sessions_of_a_subject_end(acme, issuer, doras):
    at(acme).post(PATH, {"logout_token": logout_token(issuer)})
    assert [is_in(browser) for browser in doras] == [False, False]


def test_who_came_by_a_password_stays(acme, alice, issuer, doras):
    browser = at(acme, alice)
    at(acme).post(PATH, {"logout_token": logout_token(issuer, sub=None, sid="a")})
    assert is_in(browser)


def test_the_same_token_is_good_once(acme, issuer, doras):
    token = logout_token(issuer, sub=None, sid="nobody")
    assert at(acme).post(PATH, {"logout_token": token}).status_code == 200
    assert at(acme).post(PATH, {"logout_token": token}).status_code == 400


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"exp": In(-120)},
        {"events": None},
        {"events": {"something-else": {}}},
        {"events": "http://schemas.openid.net/event/backchannel-logout"},
        {"nonce": "n"},
        {"jti": None},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_lies_ends_nothing(acme, issuer, doras, lie):
    answer = at(acme).post(PATH, {"logout_token": logout_token(issuer, **lie)})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert all(is_in(browser) for browser in doras)


def test_an_id_token_is_no_logout_token(acme, issuer, doras):
    assert at(acme).post(PATH, {"logout_token": issuer.sign()}).status_code == 400
    assert at(acme).post(PATH).status_code == 400
    assert all(is_in(browser) for browser in doras)


def test_another_tenants_provider_ends_nothing_here(acme, globex, issuer, doras):
    provided(globex, issuer)
    assert at(globex).post(PATH, {"logout_token": logout_token(issuer)}).status_code == 200
    assert all(is_in(browser) for browser in doras)
