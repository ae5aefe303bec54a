"""Run a command beside a server: `python -m tests.servers postgresql -- COMMAND ...` sets DATABASE_URL for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.servers import PostgreSQL, RabbitMQ, Redis

SERVERS: dict[str, tuple[str, type[PostgreSQL | RabbitMQ | Redis]]] = {
    "postgresql": ("DATABASE_URL", PostgreSQL),
    "rabbitmq": ("CELERY_BROKER_URL", RabbitMQ),
    "redis": ("CELERY_BROKER_URL", Redis),
}


def main() -> int:
    match sys.argv[1:]:
        case [name, "--", _, *_] if name in SERVERS:
            return run(name, sys.argv[3:])
        case _:
            sys.exit(f"usage: python -m tests.servers {'|'.join(SERVERS)} -- COMMAND ...")


def run(name: str, command: list[str]) -> int:
    variable, server_class = SERVERS[name]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with server_class() as server:
        return subprocess.run(command, env=os.environ | {variable: server.url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
