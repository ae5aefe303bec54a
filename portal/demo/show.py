"""The demo, from the first look at the ports to the last child gone."""

from __future__ import annotations

import http.client
import logging
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from portal.celery import app as celery
from portal.demo import aws_setup, ground, people, programs
from portal.demo.child import Child
from portal.demo.listing import listing
from portal.demo.ports import free_ports
from portal.demo.supervisor import DemoError, Supervisor
from tenants.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from portal.demo.ports import Ports


def show(tell: Callable[[str], object]) -> None:
    """Run the demo. Raises AskedToStop when somebody ends it, DemoError when it can't go on."""
    ports = free_ports()
    logs = settings.DATA_DIR / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with logged_in(logs / "demo.log"), Supervisor() as supervisor:
        stage = Stage(supervisor, ports, settings.DATA_DIR)
        stage.start_aws()
        stage.make_ground()
        stage.start_portal()
        stage.let_people_in()
        stage.wait_for_portal()
        tell(listing(ports, settings.DATA_DIR))
        supervisor.watch()


@contextmanager
def logged_in(path: Path) -> Iterator[None]:
    """Write this process's own events into a file: the terminal is for the person in front of it."""
    streams = [handler for handler in logging.getLogger().handlers if isinstance(handler, logging.StreamHandler)]
    with path.open("w", encoding="utf-8") as file:
        for handler in streams:
            handler.setStream(file)
        try:
            yield
        finally:
            for handler in streams:
                handler.setStream(sys.stderr)


@dataclass(frozen=True)
class Stage:
    supervisor: Supervisor
    ports: Ports
    folder: Path

    def start_aws(self) -> None:
        setup, snapshot = self.folder / "aws-setup.json", self.folder / "aws-snapshot.db"
        aws_setup.write_setup(setup)
        self._start("localaws", programs.localaws(port=self.ports.aws, setup=setup, snapshot=snapshot), os.environ)

    def make_ground(self) -> None:
        """Bring database and static files up to date while localaws gets ready."""
        ground.make()

    def start_portal(self) -> None:
        environment = aws_setup.environment(aws_setup.PORTAL, self.ports.aws) | {"DATA_DIR": str(self.folder)}
        environment.setdefault("PRIVATE_PROVIDERS", "true")
        self._start("web", programs.web(port=self.ports.portal), environment)
        self._start("worker", programs.worker(), environment)
        self._start("beat", programs.beat(schedule=self.folder / "beat-schedule"), environment)

    def let_people_in(self) -> None:
        self.supervisor.wait(lambda: answers_ok(self.ports.aws, "/_localaws/health"), name="localaws")
        environment = aws_setup.environment(aws_setup.STAGEHAND, self.ports.aws)
        os.environ.clear()
        os.environ.update(environment)
        try:
            people.seed()
        except Failure as failure:
            raise DemoError(f"The demo's people can't be set up at localaws: {failure}") from failure

    def wait_for_portal(self) -> None:
        self.supervisor.wait(lambda: answers_ok(self.ports.portal, "/readyz"), name="web")
        self.supervisor.wait(lambda: bool(celery.control.ping(timeout=0.3)), name="worker")

    def _start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        log = self.folder / "logs" / f"{name}.log"
        log.unlink(missing_ok=True)
        self.supervisor.start(Child(name, command, environment, log, settings.BASE_DIR))


def answers_ok(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(programs.HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
