"""The broker that needs no server: who looks while somebody writes. Redis: who is left when it goes."""

from __future__ import annotations

from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.common import ignore_errors
from kombu.log import get_logger

from portal.celery import app
from tests.servers import Redis


class Slow:
    """A word that lets its hearer look while it is being written."""

    def __init__(self, channel):
        self._channel = channel

    def __json__(self):
        with pytest.raises(Empty):
            self._channel._get("bells")
        return "ding"


def test_no_message_is_heard_before_it_is_written_to_the_end(tmp_path):
    assert app.main == "portal"  # Making it mends the transport.
    folder = str(tmp_path)
    options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder}
    with Connection("filesystem://", transport_options=options) as connection:
        channel: Any = connection.default_channel
        channel._put("bells", {"word": Slow(channel)})
        assert channel._get("bells") == {"word": "ding"}
    assert not list(tmp_path.glob("*.msg*"))


def test_a_worker_that_loses_redis_with_work_in_hand_goes_on():
    """As celery does it: it gives the connection up, closes it, and acknowledges what ends later."""
    assert app.main == "portal"
    with Redis() as server:
        connection = Connection(server.url)
        queue = connection.SimpleQueue("bells")
        queue.put("ding")
        message: Any = queue.get(timeout=5)
        server.stop()
        connection.collect()
        message.channel._disconnect_pools()
        ignore_errors(connection, message.channel.close)
        message.ack_log_error(get_logger(__name__), connection.connection_errors)
        assert not message.acknowledged
