from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from tenants.scope import scope

if TYPE_CHECKING:
    from collections.abc import Iterator

# AWS SDKs send tokens, and localaws asks issuers, over http on this machine's own address only; so acme lives here.
HOST = "127.0.0.1"


@pytest.fixture
def served(transactional_db, linked, settings) -> Iterator[str]:
    """Acme's portal on a port, as an origin."""
    settings.OPERATOR_HOSTS = ["localhost"]
    with scope(linked):
        linked.domains.create(host=HOST)
    server = LiveServer(HOST)
    yield server.url
    server.stop()
