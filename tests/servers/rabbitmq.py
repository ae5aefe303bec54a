"""A RabbitMQ with its own node name, its own Erlang port mapper and its own data."""

from __future__ import annotations

import os

from portal.demo.child import Child
from tests.servers.server import HOST, Server, answers, free_port


class RabbitMQ(Server):
    patience = 60.0

    def __init__(self) -> None:
        super().__init__()
        self._mapper_port = free_port()
        self._distribution_port = free_port()
        self._mapper: Child | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@{HOST}:{self.port}//"

    def start(self) -> None:
        # Left to itself the server starts a port mapper that outlives it, and shares it with every other Erlang.
        command = ["/usr/bin/epmd", "-address", HOST, "-port", str(self._mapper_port)]
        self._mapper = Child("epmd", command, self.environment(), self.folder / "epmd.log")
        self._mapper.start()
        super().start()

    def stop(self) -> None:
        super().stop()
        if self._mapper:
            self._mapper.stop()

    def command(self) -> list[str]:
        # Debian's wrapper on the PATH insists on root; the script below is the one it calls.
        return ["/usr/lib/rabbitmq/bin/rabbitmq-server"]

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "HOME": str(self.folder),  # where Erlang keeps the cookie
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self._mapper_port),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_NODENAME": f"test-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }

    def ready(self) -> bool:
        return answers(self.port)
