"""The whole portal as processes, on each pair of database and broker it runs on."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.house import PROFILES, House, running
from tests.servers.demo import Demo

if TYPE_CHECKING:
    from collections.abc import Iterator

# Chromium as tests need it: nothing of its own in the background, and no sandbox where root runs it.
_FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(params=PROFILES)
def house(request, tmp_path) -> Iterator[House]:
    """Run the portal with the demo's people, and localaws with its controls."""
    yield from running(request.param, tmp_path)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("demo") / "data")
    demo.start()
    try:
        demo.wait_for_listing()
        yield demo
    finally:
        demo.end(signal.SIGINT)


@pytest.fixture(scope="module")
def browser():
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else _FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield browser
        browser.close()
