from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.accounts.directories.company import ldif
from tests.servers.slapd import Slapd

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def slapd() -> Iterator[Slapd]:
    with Slapd(ldif()) as server:
        yield server


@pytest.fixture(autouse=True)
def _directories_on_loopback(settings) -> None:
    settings.PRIVATE_PROVIDERS = True
