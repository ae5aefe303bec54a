from __future__ import annotations

import pytest

from tests.servers.openid import OpenIDProvider


@pytest.fixture
def issuer(settings):
    settings.PRIVATE_PROVIDERS = True
    with OpenIDProvider() as provider:
        yield provider
