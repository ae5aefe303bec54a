"""What all servers have in common: a folder, a port, a process, and the wait until it answers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Self

from portal.demo.child import Child

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HOST = "127.0.0.1"


class Server(ABC):
    """A server that starts when the `with` block is entered and is gone, data and all, when it is left."""

    patience = 30.0  # seconds until it must answer
    farewell = signal.SIGTERM

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self._child: Child | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        return type(self).__name__.lower()

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def last_words(self) -> str:
        """Return whether it runs, and the end of its log."""
        lines = self._child.last_lines() if self._child else ""
        return f"{self.name} {'runs' if self.is_running else 'has ended'}:\n{lines}"

    @abstractmethod
    def command(self) -> Sequence[str]: ...

    def environment(self) -> Mapping[str, str]:
        return os.environ

    def ready(self) -> bool:
        return answers(self.port)

    def start(self) -> None:
        self._child = Child(self.name, self.command(), self.environment(), self.log, farewell=self.farewell)
        self._child.start()
        self._wait(self._child)

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.running

    def stop(self) -> None:
        if self._child:
            self._child.stop()

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._child:
            self._child.kill()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self, child: Child) -> None:
        deadline = time.monotonic() + self.patience
        while not self.ready():
            if not child.running or time.monotonic() > deadline:
                child.stop()
                raise RuntimeError(f"{self.name} does not start:\n{child.last_lines()}")
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
