from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from celery import Celery

from chimeusers.queue import ring
from tests.servers import RabbitMQ

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    """The address of a broker that is there and lets nobody in."""
    with RabbitMQ() as server:
        yield server.url.replace("guest:guest@", "nobody:wrong@")


def test_a_broker_that_lets_nobody_in_stops_no_change(refusing, monkeypatch, caplog):
    assert "nobody:wrong@" in refusing
    monkeypatch.setattr("chimeusers.queue.current_app", Celery(broker=refusing))
    ring(uuid4())
    assert "bell_not_heard" in caplog.text
