from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from amqp.exceptions import ChannelError
from celery import Celery
from kombu import Connection, Queue

from chimeusers.queue import ring
from tests.servers import Beat, RabbitMQ

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    """The address of a broker that is there and lets nobody in."""
    with RabbitMQ() as server:
        yield server.url.replace("guest:guest@", "nobody:wrong@")


def test_a_broker_that_lets_nobody_in_stops_no_change(refusing, monkeypatch, caplog):
    assert "nobody:wrong@" in refusing
    monkeypatch.setattr("tenants.bell.current_app", Celery(broker=refusing))
    ring(uuid4())
    assert "bell_not_heard" in caplog.text


def test_the_timetable_goes_on_when_the_broker_is_back(tmp_path):
    """Beat keeps one connection; without a retry it would go on writing into the closed one for ever."""
    with RabbitMQ() as broker:
        environment = {"CELERY_BROKER_URL": broker.url, "DATA_DIR": str(tmp_path), "SWEEP_SECONDS": "1"}
        with Beat(environment) as beat:
            waiting(broker, more_than=0)
            broker.stop()
            time.sleep(2)
            broker.start()
            waiting(broker, more_than=count(broker))
            assert beat.is_running


def waiting(broker: RabbitMQ, *, more_than: int) -> None:
    """Wait until more tasks than that wait at the broker."""
    deadline = time.monotonic() + 20
    while count(broker) <= more_than:
        assert time.monotonic() < deadline, "nothing comes"
        time.sleep(0.2)


def count(broker: RabbitMQ) -> int:
    with Connection(broker.url) as connection:
        try:
            return int(Queue("celery", channel=connection.channel()).queue_declare(passive=True).message_count)
        except ChannelError:
            return 0
