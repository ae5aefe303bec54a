from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _keys_that_are_nobodys(monkeypatch):
    """The chat page asks the AWS clients for their addresses; they shall not go and look for keys meanwhile."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANOBODY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nobody")
