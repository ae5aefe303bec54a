"""The command lines of the portal's own processes and of localaws, all on loopback."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HOST = "127.0.0.1"


def localaws(*, port: int, setup: Path, snapshot: Path) -> list[str]:
    files = ["--setup", str(setup), "--snapshot", str(snapshot)]
    return [sys.executable, "-m", "localaws", "--host", HOST, "--port", str(port), *files]


def web(*, port: int, threads: int = 8) -> list[str]:
    serving = ["--bind", f"{HOST}:{port}", "--threads", str(threads), "--graceful-timeout", "3"]
    # Its control socket would lie in the home folder of whoever runs it.
    return [sys.executable, "-m", "gunicorn", "portal.wsgi", *serving, "--no-control-socket"]


def worker(*, threads: int = 8, name: str = "worker") -> list[str]:
    """Workers of one host need different names: RabbitMQ gives each a queue of its own by it."""
    # Gossip and mingle are for talking to other workers, which have nothing to say to each other.
    pool = ["--pool", "threads", "--concurrency", str(threads), "--without-gossip", "--without-mingle"]
    pool += ["--hostname", f"{name}@%h"]
    return [*_celery("worker"), *pool]


def beat(*, schedule: Path) -> list[str]:
    return [*_celery("beat"), "--schedule", str(schedule), "--pidfile", ""]


def _celery(program: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "portal", program, "--loglevel", "INFO"]
