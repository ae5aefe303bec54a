"""Cognito, Google, Apple, Facebook and Amazon in a real browser, by a provider of our own that has all their addresses.

What each says is what its documentation says; none of the real ones was asked.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import expect

from tests.journeys.house import running
from tests.journeys.test_ways_in import fill_in, switch_on, take
from tests.journeys.visitors import members, signed_in
from tests.servers import Web
from tests.servers.openid import CLIENT, SECRET, OpenIDProvider, ec_key

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

POOL = "eu-central-1_a1B2c3D4e"
WITH_SECRET = {"client_id": CLIENT, "client_secret": SECRET}
PEM = ec_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
FORMS = {
    "cognito": WITH_SECRET | {"user_pool_id": POOL},
    "google": WITH_SECRET | {"workspace": "acme.example"},
    "apple": {"client_id": CLIENT, "team_id": "TEAM123456", "key_id": "KEY1234567", "private_key": PEM},
    "facebook": WITH_SECRET,
    "amazon": WITH_SECRET,
}
ISSUERS = {"cognito": f"/cognito/eu-central-1/{POOL}", "google": "/google", "apple": "/apple"}
SAID: dict[str, dict[str, Any]] = {
    "cognito": {"cognito:username": "gina", "cognito:groups": ["moderators"], "token_use": "id"},
    "google": {"hd": "acme.example"},
}


class SocialPortal(Web):
    def command(self) -> list[str]:
        return ["tests.journeys.social_portal" if part == "portal.wsgi" else part for part in super().command()]


@pytest.fixture(scope="module")
def provider():
    with OpenIDProvider() as made:
        yield made


@pytest.fixture(scope="module")
def portal(provider, tmp_path_factory):
    folder = tmp_path_factory.mktemp("social")
    more = {"SOCIAL_PROVIDERS": provider.url, "PRIVATE_PROVIDERS": "true"}
    for house in running("sqlite+filesystem", folder, web=SocialPortal, **more):
        yield SimpleNamespace(port=house.web.port, aws=house.aws)


@pytest.mark.parametrize("kind", FORMS)
def test_it_lets_its_people_into_the_chat(portal, browser, provider, kind):
    name, way = f"Gina of {kind.title()}", f"By {kind}"
    say(provider, kind, name)
    bob = signed_in(browser, portal, "acme", "bob", f"/admin/accounts/identityprovider/add/?kind={kind}")
    fill_in(bob, {"name": way, "slug": kind} | FORMS[kind])
    bob.locator("#result_list").get_by_role("link", name=way).click()
    bob.get_by_role("link", name="Test").click()
    bob.get_by_role("button", name="Sign in there").click()
    go_on_there(bob, provider)
    expect(bob.get_by_role("status")).to_contain_text("They would become the new user")
    switch_on(bob, portal, way)

    gina = browser.new_context().new_page()
    take(gina, f"http://acme.localhost:{portal.port}", way)
    go_on_there(gina, provider)
    expect(gina.get_by_role("heading", name="API tokens")).to_be_visible()
    with gina.expect_response("**/api/v1/exchange") as answer:
        gina.goto(f"http://acme.localhost:{portal.port}/chat/")
    assert name in members(portal, answer.value.json())
    expect(gina.locator("body")).to_contain_text(f"Signed in as {name}")


def say(provider, kind, name) -> None:
    """Have the provider tell of somebody in the words of this kind, as an OpenID provider and as one without."""
    email, issuer = f"gina@{kind}.example", provider.url + ISSUERS.get(kind, "")
    published = provider.pages["/.well-known/openid-configuration"] | {"issuer": issuer}
    provider.pages[f"{ISSUERS.get(kind, '')}/.well-known/openid-configuration"] = published
    usual = {"iss": issuer, "sub": f"{kind}-1", "email": email, "name": name, "preferred_username": None}
    provider.claims = usual | SAID.get(kind, {})
    provider.pages |= {
        "/graph/oauth/access_token": {"access_token": "an-access-token"},
        "/graph/me": {"id": "4711", "name": name, "email": email},
        "/auth/o2/token": {"access_token": "an-access-token"},
        "/user/profile": {"user_id": "amzn1.account.K2LI", "name": name, "email": email},
    }


def go_on_there(page, provider) -> None:
    page.wait_for_url(f"{provider.url}/**")
    page.get_by_text("Continue").click()
