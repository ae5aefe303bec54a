"""A database, a broker, localaws and the portal's own commands: what provisioning is measured with."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.process import HOST, ROOT
from portal.demo import aws_setup
from tests.servers import LocalAWS, PostgreSQL, Redis, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MIB = 1024  # of the kilobytes in which the kernel counts memory
FREE = {"USER_WRITES_PER_SECOND": "100000", "USER_LISTS_PER_SECOND": "100000", "IDENTITY_CALLS_PER_SECOND": "100000"}


@dataclass(frozen=True)
class Used:
    seconds: float
    peak_mib: float


@dataclass(frozen=True)
class Ground:
    """`environment` is the portal's; whatever it is told to do runs in processes of its own."""

    environment: dict[str, str]
    aws: LocalAWS

    def shell(self, script: str, **more: str) -> str:
        return self.manage("shell", "--no-imports", "-c", script, **more)

    def manage(self, *arguments: str, **more: str) -> str:
        environment = self.environment | more
        done = subprocess.run(
            _command(*arguments), cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def measured(self, *arguments: str, **more: str) -> Used:
        """Run a command to its end; tell how long it took, and the most memory it had."""
        began = time.perf_counter()
        process = subprocess.Popen(
            _command(*arguments),
            cwd=ROOT,
            env=self.environment | more,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(arguments[:2])} ended with {process.returncode}.")
        return Used(time.perf_counter() - began, usage.ru_maxrss / _MIB)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        with closing(http.client.HTTPConnection(HOST, self.aws.port, timeout=30)) as connection:
            connection.request(method, path, json.dumps(body) if body is not None else None)
            answer = connection.getresponse()
            return json.loads(answer.read() or b"null")

    @contextmanager
    def workers(self, number: int, **more: str) -> Iterator[None]:
        with ExitStack() as stack:
            for _ in range(number):
                stack.enter_context(Worker(self.environment | more))
            yield


@contextmanager
def ground(folder: Path, setup: dict[str, Any] | None = None, **more: str) -> Iterator[Ground]:
    """Start all that is needed, with an empty database."""
    with ExitStack() as stack:
        file = folder / "setup.json"
        file.write_text(json.dumps(setup or aws_setup.setup()), encoding="utf-8")
        aws = stack.enter_context(LocalAWS(file))
        environment = {
            **os.environ,
            "DATA_DIR": str(folder),
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": stack.enter_context(PostgreSQL()).url,
            "CELERY_BROKER_URL": stack.enter_context(Redis()).url,
            **{n: v for n, v in aws_setup.environment(aws_setup.PORTAL, aws.port).items() if n.startswith("AWS_")},
            **more,
        }
        made = Ground(environment, aws)
        made.manage("migrate", "--verbosity=0")
        yield made


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]
