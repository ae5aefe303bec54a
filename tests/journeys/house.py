"""The whole portal as processes, on each pair of database and broker it runs on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.demo import aws_setup
from tests.servers import Beat, LocalAWS, PostgreSQL, RabbitMQ, Redis, Web, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROFILES = ("sqlite+filesystem", "postgresql+redis", "postgresql+rabbitmq")


class FolderBroker:
    """The broker that needs no server can't go away; it can lose all it was told, which is the worst it can do."""

    url = "filesystem://localhost"

    def __init__(self, folder: Path) -> None:
        self._messages = folder / "messages"

    def stop(self) -> None:
        """Nobody listens from here on."""

    def start(self) -> None:
        for message in self._messages.iterdir():
            message.unlink()


@dataclass
class House:
    """Everything that runs, and how a test speaks to it."""

    data: Path
    aws: LocalAWS
    broker: FolderBroker | Redis | RabbitMQ
    environment: dict[str, str]
    web: Web = field(init=False)
    worker: Worker = field(init=False)
    beat: Beat = field(init=False)

    def manage(self, *arguments: str, given: str = "") -> str:
        """Run a management command in the portal's environment and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=os.environ | self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def running(profile: str, folder: Path, *, web: type[Web] = Web, **more: str) -> Iterator[House]:
    with ExitStack() as stack:
        setup = folder / "setup.json"
        setup.write_text(json.dumps(aws_setup.setup()))
        aws = stack.enter_context(LocalAWS(setup))
        environment = _environment(stack, profile, folder, aws) | more
        made = House(folder, aws, _broker(stack, profile, folder), environment)
        environment["CELERY_BROKER_URL"] = made.broker.url
        made.manage(
            "shell", "--no-imports", "-c", "from portal.demo import ground, people; ground.make(); people.seed()"
        )
        environment |= _key(aws_setup.PORTAL, aws)
        made.web = stack.enter_context(web(environment))
        made.worker = stack.enter_context(Worker(environment))
        made.beat = stack.enter_context(Beat(environment))
        yield made
        # pytest shows this when the test has failed: the processes and their logs are about to go.
        print(made.web.last_words, made.worker.last_words, made.beat.last_words, sep="\n")  # noqa: T201


def _environment(stack: ExitStack, profile: str, folder: Path, aws: LocalAWS) -> dict[str, str]:
    found = {
        "DATA_DIR": str(folder),
        "SWEEP_SECONDS": "2",
        # localaws has no quotas here, and these stories are about other things.
        "USER_WRITES_PER_SECOND": "1000",
        "IDENTITY_CALLS_PER_SECOND": "1000",
        "STATIC_ROOT": str(folder / "static"),
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        **_key(aws_setup.STAGEHAND, aws),
    }
    if profile.startswith("postgresql"):
        found["DATABASE_URL"] = stack.enter_context(PostgreSQL()).url
    return found


def _key(key: aws_setup.Key, aws: LocalAWS) -> dict[str, str]:
    return {name: value for name, value in aws_setup.environment(key, aws.port).items() if name.startswith("AWS_")}


def _broker(stack: ExitStack, profile: str, folder: Path) -> FolderBroker | Redis | RabbitMQ:
    if profile.endswith("redis"):
        return stack.enter_context(Redis())
    if profile.endswith("rabbitmq"):
        return stack.enter_context(RabbitMQ())
    return FolderBroker(folder / "broker")
