"""Somebody comes in by their company's OpenID provider."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import time_machine
from django.utils import timezone

from accounts import standing
from accounts.models import Identity, User
from accounts.providers import switch
from tenants.scope import scope
from tenants.services import change_tenant
from tests.accounts.openid.visits import come_back, leave, names, provided, somebody, visit
from tests.conftest import at
from tests.servers.openid import CLIENT, DORA, SECRET


def test_a_newcomer_becomes_a_user_and_is_signed_in(acme, issuer):
    provided(acme, issuer, default_role="moderator")
    browser = at(acme)
    answer = visit(browser, issuer, next="/account/tokens/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/tokens/")
    assert browser.get("/account/tokens/").status_code == 200
    with scope(acme):
        dora = User.objects.get(username="dora")
        assert (dora.display_name, dora.email, dora.role) == ("Dora of Acme", DORA["email"], "moderator")
        assert (dora.groups, dora.has_usable_password()) == (["staff"], False)
        assert Identity.objects.get(user=dora).subject == "dora-1"


def test_the_request_is_bound_to_the_browser(acme, issuer):
    provided(acme, issuer)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(leave(at(acme))).query).items()}
    assert asked["redirect_uri"] == "http://acme.localhost/account/oidc/staff/callback/"
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", CLIENT)
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 32


def test_who_comes_again_is_the_same_user_and_follows_the_provider(acme, issuer):
    provided(acme, issuer)
    visit(at(acme), issuer)
    issuer.claims = {"name": "Dora Doe", "preferred_username": "ddoe", "groups": ["staff", "admins"]}
    browser = at(acme)
    visit(browser, issuer)
    assert somebody(browser) == "dora"
    with scope(acme):
        dora = User.objects.get()
        assert (dora.display_name, dora.groups) == ("Dora Doe", ["admins", "staff"])


@pytest.mark.parametrize("methods", [["client_secret_basic"], None])
def test_the_secret_goes_as_the_provider_wants_it(acme, issuer, methods):
    issuer.pages["/.well-known/openid-configuration"]["token_endpoint_auth_methods_supported"] = methods
    provided(acme, issuer)
    visit(at(acme), issuer)
    pair = f"{quote(CLIENT, safe='')}:{quote(SECRET, safe='')}".encode()
    assert issuer.asked[0]["authorization"] == f"Basic {base64.b64encode(pair).decode()}"
    assert "client_secret" not in issuer.asked[0]


def test_a_client_without_a_secret_is_known_by_its_verifier(acme, issuer):
    provided(acme, issuer, secrets={})
    browser = at(acme)
    visit(browser, issuer)
    assert somebody(browser) == "dora"
    assert {"client_id", "code_verifier"} <= set(issuer.asked[0])
    assert "client_secret" not in issuer.asked[0]


def test_the_userinfo_endpoint_adds_what_the_token_does_not_say(acme, issuer):
    issuer.claims = {"name": None}
    issuer.pages["/userinfo"] = {"sub": "dora-1", "name": "Dora by userinfo", "email": "other@acme.example"}
    provided(acme, issuer, settings={**settings(issuer), "asks_userinfo": True})
    visit(at(acme), issuer)
    with scope(acme):
        dora = User.objects.get()
        assert (dora.display_name, dora.email) == ("Dora by userinfo", DORA["email"])


def test_the_userinfo_of_somebody_else_is_refused(acme, issuer):
    issuer.pages["/userinfo"] = {"sub": "somebody-else", "name": "Mallory"}
    provided(acme, issuer, settings={**settings(issuer), "asks_userinfo": True})
    assert visit(at(acme), issuer).status_code == 401
    assert names(acme) == set()


def test_another_host_as_the_place_to_go_next_is_forgotten(acme, issuer):
    provided(acme, issuer)
    for url in (
        f"/{chr(97) * 3_000}",
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "http://globex.localhost/",
        "\\\\evil",
    ):
        assert visit(at(acme), issuer, next=url)["Location"] == "/", url


def test_a_way_that_is_off_is_not_there(acme, issuer):
    provider = provided(acme, issuer)
    browser = at(acme)
    url = leave(browser)
    with scope(acme):
        switch(provider, on=False)
    assert come_back(browser, issuer, url).status_code == 404
    assert at(acme).post("/account/by/staff/").status_code == 404
    assert names(acme) == set()


def test_a_disabled_user_stays_out(acme, issuer):
    provided(acme, issuer)
    visit(at(acme), issuer)
    with scope(acme):
        standing.disable(acme, [User.objects.get().pk])
    browser = at(acme)
    assert visit(browser, issuer).status_code == 403
    assert somebody(browser) is None


def test_a_closed_tenant_is_not_there(acme, issuer):
    provided(acme, issuer)
    browser = at(acme)
    url = leave(browser)
    with scope(acme):
        change_tenant(acme, is_active=False)
    assert come_back(browser, issuer, url).status_code == 404


def test_a_stranger_is_turned_away_where_nobody_is_made_a_user(acme, issuer):
    provided(acme, issuer, creates_users=False)
    assert visit(at(acme), issuer).status_code == 403
    assert names(acme) == set()


def test_the_address_of_a_user_takes_nobody_over(acme, alice, issuer):
    """Whatever the provider says about it: the address must be proved on our side, too (see test_links.py)."""
    provided(acme, issuer)
    issuer.claims = {"email": alice.email, "email_verified": True, "preferred_username": "alice"}
    browser = at(acme)
    answer = visit(browser, issuer)
    assert (answer.status_code, somebody(browser)) == (403, None)
    assert "Sign in as that user" in answer.content.decode()
    issuer.claims = {"email": "alice@elsewhere.example", "preferred_username": "alice"}
    visit(browser, issuer)
    assert somebody(browser) == "alice-2"


def test_two_tenants_with_the_same_provider_stay_strangers(acme, globex, issuer):
    for tenant in (acme, globex):
        provided(tenant, issuer)
        visit(at(tenant), issuer)
    with scope(acme):
        here = Identity.objects.get()
    with scope(globex):
        there = Identity.objects.get()
    assert (here.subject, here.user_id == there.user_id) == (there.subject, False)


def test_what_was_begun_at_one_tenant_does_not_end_at_another(acme, globex, issuer):
    for tenant in (acme, globex):
        provided(tenant, issuer)
    theirs = at(globex)
    assert come_back(theirs, issuer, leave(at(acme))).status_code == 400
    assert (somebody(theirs), names(globex)) == (None, set())


def test_cancelling_there_is_no_error_of_ours(acme, issuer):
    provided(acme, issuer)
    browser = at(acme)
    state = parse_qs(urlsplit(leave(browser)).query)["state"][0]
    answer = browser.get("/account/oidc/staff/callback/", {"state": state, "error": "access_denied"})
    assert (answer.status_code, "cancelled" in answer.content.decode()) == (401, True)


def test_an_errand_lasts_ten_minutes(acme, issuer):
    provided(acme, issuer)
    for minutes, status in ((9, 302), (11, 400)):
        browser = at(acme)
        url = leave(browser)
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert come_back(browser, issuer, url).status_code == status, minutes


def test_a_session_ends_when_the_tenant_says(acme, issuer):
    provided(acme, issuer)
    browser = at(acme)
    visit(browser, issuer)
    with time_machine.travel(timezone.now() + timedelta(seconds=acme.login_seconds + 1)):
        assert browser.get("/account/tokens/").status_code == 302


def settings(issuer):
    return {"issuer": issuer.url, "client_id": CLIENT, "scopes": "openid", "asks_userinfo": False}
