"""The crash test (tests/crash) at small size; `python -m tests.crash` is the whole of it."""

from __future__ import annotations

import pytest

from tests.crash.story import QUOTA, crash
from tests.journeys.house import PROFILES, running

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]


@pytest.fixture(params=PROFILES)
def house(request, tmp_path):
    yield from running(request.param, tmp_path, **QUOTA)


def test_whatever_breaks_chime_is_as_the_portal_afterwards(house, request):
    workers = 1 if request.node.callspec.params["house"].startswith("sqlite") else 4
    outcome = crash(house, tenants=4, changes=400, workers=workers, seed=7, patience=180, tell=print)
    assert outcome.is_well, outcome
    assert outcome.troubles.kills
