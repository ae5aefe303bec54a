"""No field of a provider leads into the operator's network."""

from __future__ import annotations

import pytest

from tenants.refusal import Refusal
from tests.accounts.openid.forms import add, attempt
from tests.conftest import at
from tests.servers.openid import OpenIDProvider


@pytest.fixture
def issuer(settings):
    settings.PRIVATE_PROVIDERS = True
    with OpenIDProvider() as provider:
        yield provider


INSIDE = [
    "https://127.0.0.1/",
    "https://localhost/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[fd00::1]/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://100.64.0.1/",
]


@pytest.mark.parametrize("inside", INSIDE)
def test_nothing_inside_the_operators_network_is_asked(acme, bob, settings, inside):
    settings.PRIVATE_PROVIDERS = False
    browser = at(acme, bob)
    place = add(browser, issuer=inside)
    assert "is not on the public Internet" in browser.post(f"{place}test/").content.decode()


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri"])
def test_nor_by_way_of_what_a_provider_publishes(acme, bob, issuer, endpoint, monkeypatch):
    """Only the issuer's own address counts as public here; what it publishes leads inside."""
    issuer.pages["/.well-known/openid-configuration"][endpoint] = "http://169.254.169.254/latest/meta-data"
    monkeypatch.setattr("accounts.addresses._is_public", lambda address: address == "127.0.0.1")
    browser = at(acme, bob)
    place = add(browser, issuer=issuer.url)
    monkeypatch.setattr("accounts.addresses.allowed_addresses", _guarded)
    assert "is not on the public Internet" in attempt(browser, issuer, place)


def _guarded(host: str, port: int) -> list[str]:
    if host != "127.0.0.1":
        raise Refusal("private_address", f"{host} is not on the public Internet.", status=403)
    return [host]


def test_a_redirect_is_not_followed(acme, bob, issuer):
    """A provider that leads elsewhere is one that answers 404 here: the server knows no such page."""
    browser = at(acme, bob)
    place = add(browser, issuer=f"{issuer.url}/moved")
    assert "answers 404" in browser.post(f"{place}test/").content.decode()
