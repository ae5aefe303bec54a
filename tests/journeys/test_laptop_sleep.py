"""A laptop is closed for longer than credentials last, again and again: the page goes on as if nothing had been."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, Request, expect

from tests.journeys.visitors import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.servers.demo import Demo

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
HOUR = 3_600_000  # milliseconds


def say(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Message", exact=True).press("Enter")
    expect(page.locator("#messages")).to_contain_text(text)


def test_three_expiries_in_a_row_are_slept_through(demo: Demo, browser: Browser):
    alice = signed_in(browser, demo, "acme", "alice", "/")
    alice.clock.install()
    exchanges: list[Request] = []
    alice.on("request", lambda one: exchanges.append(one) if one.url.endswith("/api/v1/exchange") else None)
    refused: list[int] = []
    alice.on("response", lambda one: refused.append(one.status) if one.status in {401, 403} else None)
    alice.goto(f"http://acme.localhost:{demo.port}/chat/")
    alice.get_by_role("link", name="General").click()
    say(alice, f"before at {time.time()}")
    for sleep in range(1, 4):
        before = len(exchanges)
        alice.clock.fast_forward(2 * HOUR)
        say(alice, f"after sleep {sleep} at {time.time()}")
        assert len(exchanges) == before + 1, "what had expired was used, or renewed more than once"
    assert refused == []
