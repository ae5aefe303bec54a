"""The broker that needs no server: who looks while somebody writes."""

from __future__ import annotations

from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from portal.celery import app


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
