"""A Redis that keeps its data over a stop and a start."""

from __future__ import annotations

from tests.servers.server import HOST, Server


class Redis(Server):
    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def command(self) -> list[str]:
        return [
            *("/usr/bin/redis-server", "--bind", HOST, "--port", str(self.port), "--dir", str(self.folder)),
            *("--appendonly", "yes"),
        ]
