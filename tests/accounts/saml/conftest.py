from __future__ import annotations

import pytest

from tests.accounts.saml.company import departing
from tests.accounts.saml.idp import IdentityProvider, make_keys


@pytest.fixture(scope="session")
def keys():
    return make_keys()


@pytest.fixture
def idp(keys) -> IdentityProvider:
    return IdentityProvider(keys)


@pytest.fixture
def visit(acme, idp):
    """Somebody on their way from acme to its provider, which has to be set up by then."""
    return lambda **entries: departing(acme, idp, **entries)
