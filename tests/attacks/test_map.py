"""The whole map: every address, for everybody, at every host. An address without a row here fails.

Each of alice, bob, carol and root brings the cookie of their own host to all three hosts, where it makes them nobody
elsewhere; and an address with an id gets the id of a thing of another tenant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests.attacks.admin_pages import PAGES
from tests.attacks.rows import (
    ADMINS,
    ANSWERS,
    AWAY,
    BY_POST,
    ENTRANCE,
    MOVED,
    NO_SUCH,
    NOBODYS,
    NOT_SO,
    NOT_YOURS,
    NOWHERE,
    OK,
    PUBLIC,
    SIGN_IN,
    UNPROVED,
    USERS,
    Row,
)
from tests.attacks.things import things_of
from tests.conftest import at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponseBase

MAP = {
    "": ENTRANCE,
    "chat/": Row(SIGN_IN, OK, OK, SIGN_IN, NOWHERE),
    ".well-known/openid-configuration": Row(OK, OK, OK, NOWHERE, NOWHERE),
    ".well-known/oauth-authorization-server": Row(OK, OK, OK, NOWHERE, NOWHERE),
    ".well-known/jwks.json": Row(OK, OK, OK, NOWHERE, NOWHERE),
    "oauth/authorize": Row(SIGN_IN, OK, OK, NOWHERE, NOWHERE),
    "oauth/token": BY_POST,
    "oauth/revoke": Row(NOT_SO, NOT_SO, NOT_SO, NOWHERE, NOWHERE),
    "oauth/userinfo": Row(UNPROVED, UNPROVED, UNPROVED, NOWHERE, NOWHERE),
    "oauth/device": Row(SIGN_IN, OK, OK, NOWHERE, NOWHERE),
    "oauth/device/code": Row(NOT_SO, NOT_SO, NOT_SO, NOWHERE, NOWHERE),
    "oauth/logout": Row(AWAY, OK, OK, NOWHERE, NOWHERE),
    "brand/brand.css": Row(OK, OK, OK, NOWHERE, NOWHERE),
    "brand/logo": Row(NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE),
    "creds": BY_POST,
    "api/v1/credentials": Row(UNPROVED, UNPROVED, UNPROVED, UNPROVED, UNPROVED),
    "api/v1/exchange": BY_POST,
    "api/v1/checkup": BY_POST,
    "api/v1/identity-pool": Row(UNPROVED, NOWHERE, NOWHERE, NOWHERE, NOWHERE),
    "scim/v2": Row(UNPROVED, UNPROVED, UNPROVED, NOWHERE, NOWHERE),
    "scim/v2/<path:path>": Row(UNPROVED, UNPROVED, UNPROVED, NOWHERE, NOWHERE),
    "api/schema": PUBLIC,
    "api/docs": PUBLIC,
    "account/tokens/": Row(SIGN_IN, OK, OK, SIGN_IN, NOT_YOURS),
    "account/tokens/<uuid:token_id>/revoke/": Row(SIGN_IN, NOT_SO, NOT_SO, SIGN_IN, NOT_SO),
    "account/sessions/<int:session_id>/end/": Row(SIGN_IN, NOT_SO, NOT_SO, SIGN_IN, NOT_SO),
    "account/sessions/end/": Row(SIGN_IN, NOT_SO, NOT_SO, SIGN_IN, NOT_SO),
    "account/find/": BY_POST,
    "account/by/<slug:slug>/": BY_POST,
    "account/ways-in/": Row(SIGN_IN, OK, OK, SIGN_IN, NOT_YOURS),
    "account/ways-in/<uuid:identity_id>/remove/": Row(SIGN_IN, NOT_SO, NOT_SO, SIGN_IN, NOT_SO),
    "account/ways-in/<slug:slug>/add/": Row(SIGN_IN, NOT_SO, NOT_SO, SIGN_IN, NOT_SO),
    "account/oidc/<slug:slug>/callback/": NO_SUCH,
    "account/oidc/<slug:slug>/logout/": BY_POST,
    "account/saml/<slug:slug>/acs/": BY_POST,
    "account/saml/<slug:slug>/finish/": NO_SUCH,
    "account/saml/<slug:slug>/metadata/": NO_SUCH,
    "account/saml/<slug:slug>/sls/": NO_SUCH,
    "account/saml/<slug:slug>/leave/": NO_SUCH,
    "account/login/": ENTRANCE,
    "account/signup/": ENTRANCE,
    "account/logout/": Row(AWAY, OK, OK, AWAY, OK),
    "account/inactive/": PUBLIC,
    "account/reauthenticate/": USERS,
    "account/email/": USERS,
    "account/confirm-email/": PUBLIC,
    "account/password/change/": USERS,
    "account/password/set/": Row(SIGN_IN, AWAY, AWAY, SIGN_IN, AWAY),
    "account/password/reset/": PUBLIC,
    "account/login/code/confirm/": Row(AWAY, AWAY, AWAY, AWAY, AWAY),
    "account/^confirm-email/(?P<key>[-:\\w]+)/$": PUBLIC,
    "account/password/reset/key/done/": PUBLIC,
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": PUBLIC,
    "account/password/reset/done/": PUBLIC,
    "account/sessions/": USERS,
    "account/2fa/": USERS,
    "account/2fa/authenticate/": Row(AWAY, AWAY, AWAY, AWAY, AWAY),
    "account/2fa/reauthenticate/": Row(SIGN_IN, AWAY, AWAY, SIGN_IN, AWAY),
    "account/2fa/totp/activate/": USERS,
    "account/2fa/totp/deactivate/": NOBODYS,
    "account/2fa/recovery-codes/": NOBODYS,
    "account/2fa/recovery-codes/generate/": USERS,
    "account/2fa/recovery-codes/download/": NOBODYS,
    "account/2fa/webauthn/": USERS,
    "account/2fa/webauthn/add/": USERS,
    "account/2fa/webauthn/reauthenticate/": Row(SIGN_IN, AWAY, AWAY, SIGN_IN, AWAY),
    "account/2fa/webauthn/keys/<int:pk>/remove/": NOBODYS,
    "account/2fa/webauthn/keys/<int:pk>/edit/": NOBODYS,
    "account/2fa/webauthn/login/": Row(AWAY, AWAY, AWAY, AWAY, AWAY),
    "admin/search/": ADMINS,
    "admin/": ADMINS,
    "admin/login/": Row(SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN),
    "admin/logout/": Row(AWAY, NOWHERE, AWAY, AWAY, AWAY),
    "admin/password_change/": MOVED,
    "admin/password_change/done/": ADMINS,
    "admin/autocomplete/": NOBODYS,
    "admin/jsi18n/": ADMINS,
    "admin/r/<path:content_type_id>/<path:object_id>/": NOBODYS,
    "admin/^(?P<app_label>tenants|accounts|chimeusers|exchange|audit)/$": ADMINS,
    "admin/(?P<url>.*)$": NOBODYS,
}

MAP |= PAGES


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        else:
            yield route


def expected(row: Row, who: str, host: str) -> str:
    """Return what `who` gets there: at any host but the own one everybody is nobody."""
    at_home = {"acme.localhost": ("alice", "bob"), "globex.localhost": ("carol",), "localhost": ("root",)}[host]
    if host == "localhost":
        return row.operator if who in at_home else row.stranger
    if who not in at_home:
        return row.nobody
    return row.admin if who == "bob" else row.member


def answered(answer: HttpResponseBase) -> str:
    if answer.status_code in {301, 302, 307}:
        return SIGN_IN if "/login/?" in answer["Location"] else AWAY
    return ANSWERS.get(answer.status_code, str(answer.status_code))


@pytest.fixture
def cookies(alice, bob, carol, root):
    """Return everybody's session cookie, as a thief might have it."""
    signed_in = {user.username: at(user.tenant, user) for user in (alice, bob, carol, root)}
    return {name: browser.cookies[settings.SESSION_COOKIE_NAME].value for name, browser in signed_in.items()}


def at_host(host: str, cookie: str | None) -> Client:
    browser = Client(SERVER_NAME=host)
    if cookie:
        browser.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return browser


def test_every_address_stands_on_the_map():
    assert set(routes(get_resolver())) == set(MAP)


@pytest.mark.parametrize("who", ["nobody", "alice", "bob", "carol", "root"])
@pytest.mark.parametrize("host", ["acme.localhost", "globex.localhost", "localhost"])
def test_everybody_gets_what_the_map_says(who, host, cookies, acme, globex):
    theirs = things_of(acme if host == "globex.localhost" else globex)
    browser = at_host(host, cookies.get(who))
    found = {route: answered(browser.get(theirs.path(route))) for route in MAP}
    assert found == {route: expected(row, who, host) for route, row in MAP.items()}


@pytest.mark.parametrize(
    ("who", "host"), [("bob", "acme.localhost"), ("alice", "acme.localhost"), ("bob", "localhost")]
)
def test_nothing_of_another_tenant_can_be_changed_by_its_id(who, host, cookies, globex):
    theirs = things_of(globex)
    before = theirs.state()
    browser = at_host(host, cookies[who])
    entries = {"post": "yes", "username": "mine", "kind": "person", "seen_version": 1, "name": "mine"}
    for route in MAP:
        if "<" in route:
            browser.post(theirs.path(route), entries)
    for model, thing in theirs.by_model():
        for action in ("delete_selected", "disable", "approve", "restore", "retry", "revoke", "resume"):
            chosen = {"action": action, "_selected_action": [str(thing.pk)], "post": "yes", "select_across": "1"}
            browser.post(f"/admin/{model}/", chosen)
    assert theirs.state() == before


def test_no_page_of_bob_tells_of_another_tenant(cookies, globex, carol):
    theirs = things_of(globex)
    browser = at_host("acme.localhost", cookies["bob"])
    questions = [{}, {"q": "car"}, {"tenant__id__exact": str(globex.pk)}, {"s": "car", "term": "car"}]
    marks = ["carol", "globex", "Globex", *theirs.ids()]
    for route in MAP:
        if "<" not in route:
            # Only lists look at what is asked; the page of the API's documentation says it back.
            for asked in questions if route.startswith("admin/") else [{}]:
                told = browser.get(theirs.path(route), asked).content.decode()
                assert not [mark for mark in marks if mark in told], (route, asked)


@pytest.mark.parametrize(
    "model", ["tenants/tenant", "tenants/awslink", "exchange/rule", "accounts/user", "audit/event"]
)
@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_an_id_that_exists_elsewhere_answers_as_one_that_does_not(model, page, cookies, globex):
    theirs = dict(things_of(globex).by_model())[model].pk
    nobodys = 987654 if isinstance(theirs, int) else "0" * 8 + str(theirs)[8:]
    browser = at_host("acme.localhost", cookies["bob"])
    told = [browser.get(f"/admin/{model}/{pk}/{page}/", follow=True) for pk in (theirs, nobodys)]
    assert told[0].redirect_chain == told[1].redirect_chain
    assert told[0].status_code == told[1].status_code
    assert (b"exist" in told[0].content) == (b"exist" in told[1].content)
