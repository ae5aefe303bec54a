"""Two of kombu's transports, mended.

The folder of messages: a message is there whole or not at all. kombu's own opens the file before it writes it, and a
worker that looks in between takes an empty message and ends.

Redis: a worker that loses it goes on. kombu's own gives messages back, and acknowledges those of tasks that end later,
by the connection that is gone; what it raises then is no error of a connection, and the worker ends of it. Messages
come back by themselves after the visibility time-out; and whatever a bell was about, the sweep finds.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from time import monotonic_ns
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem, redis
from kombu.utils.json import dumps
from redis.exceptions import ConnectionError  # noqa: A004 - kombu knows what to do about this one


class FolderChannel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override] # kombu's own names differ
        """Write under a name that no queue looks for, then rename, which the file system does at once."""
        file = Path(self.data_folder_out) / f"{monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        draft = file.with_suffix(".draft")
        try:
            draft.write_text(dumps(payload), encoding="utf-8")
            draft.rename(file)
        except OSError as error:
            raise ChannelError(f"A message can't be written to {file.parent}: {error}") from error


class FolderTransport(filesystem.Transport):
    Channel = FolderChannel


class RedisChannel(redis.Channel):
    do_restore = False

    def _connparams(self, *arguments: Any, **named: Any) -> Any:
        if getattr(self.connection, "client", None) is None:
            raise ConnectionError("The channel's connection to Redis is gone.")
        return super()._connparams(*arguments, **named)  # type: ignore[misc] # kombu's types don't tell of it


class RedisTransport(redis.Transport):
    Channel = RedisChannel


def mend_brokers() -> None:
    """Let filesystem://, redis:// and rediss:// mean the mended ones."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:{FolderTransport.__name__}"
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{RedisTransport.__name__}"
