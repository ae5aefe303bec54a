from __future__ import annotations

import pytest

from tests.exchange.oauth.relying_party import RelyingParty, browser, register


@pytest.fixture
def app(served, linked) -> RelyingParty:
    """A confidential client at acme's issuer."""
    registration, secret = register(linked)
    return RelyingParty(served, registration.client_id, secret)


@pytest.fixture
def alices(served, alice):
    return browser(served, alice)
