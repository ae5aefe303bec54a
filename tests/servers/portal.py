"""The portal's three processes, each in the environment the caller gives."""

from __future__ import annotations

import http.client
import os
from typing import TYPE_CHECKING

from portal.demo import programs
from tests.servers.localaws import status
from tests.servers.server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Mapping


class Portal(Server):
    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self._environment = environment
        self._log_before = 0

    def environment(self) -> dict[str, str]:
        return os.environ | self._environment | {"LOG_LEVEL": "INFO"}

    def start(self) -> None:
        self._log_before = self.log.stat().st_size if self.log.exists() else 0
        super().start()

    def has_said(self, words: bytes) -> bool:
        return words in self.log.read_bytes()[self._log_before :]


class Web(Portal):
    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def command(self) -> list[str]:
        return programs.web(port=self.port)

    def ready(self) -> bool:
        return status(self.port, "/healthz") == http.HTTPStatus.OK


class Worker(Portal):
    def command(self) -> list[str]:
        return programs.worker(name=f"worker-{self.port}")

    def ready(self) -> bool:
        return self.has_said(b" ready.")


class Beat(Portal):
    def command(self) -> list[str]:
        return programs.beat(schedule=self.folder / "schedule")

    def ready(self) -> bool:
        return self.has_said(b"beat: Starting")
