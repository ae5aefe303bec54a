from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from accounts.models import Source
from tenants.scope import scope
from tests.accounts.directories.company import connect
from tests.accounts.intake.company import Company

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def company() -> Iterator[Company]:
    with Company(7) as server:
        yield server


@pytest.fixture(autouse=True)
def _directories_on_loopback(settings) -> None:
    settings.PRIVATE_PROVIDERS = True


@pytest.fixture
def source(acme, company) -> Source:
    """Ten people of acme's, whose directory is not read yet."""
    provider = connect(acme, company)
    with scope(acme):
        return Source.objects.create(tenant=acme, provider=provider)
