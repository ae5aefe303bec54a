"""`manage.py demo` on free ports with data of its own."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING

from tests.servers.server import HOST, free_port

if TYPE_CHECKING:
    import signal
    from pathlib import Path


class Demo:
    """The demo, run as a person runs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.aws_port = free_port(), free_port()
        self.said = ""

    def start(self) -> None:
        ports = {"PORT": str(self.port), "AWS_PORT": str(self.aws_port)}
        environment = os.environ | ports | {"DATA_DIR": str(self.folder), "AWS_PROFILE": "none-of-this-name"}
        for variable in ("DATABASE_URL", "CELERY_BROKER_URL", "PYTHONUNBUFFERED"):
            environment.pop(variable, None)
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_for_listing(self) -> None:
        assert self.process.stdout
        assert self.process.stderr
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C" in line:
                return
        raise RuntimeError(self.process.stderr.read())

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal, as a terminal does to the whole group; return exit code and what stderr got."""
        os.killpg(self.process.pid, number)
        _, complaint = self.process.communicate(timeout=30)
        return self.process.returncode, complaint

    def status(self, host: str, path: str, *, method: str = "GET", **headers: str) -> int:
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=10)) as connection:
            connection.request(method, path, headers={"Host": f"{host}:{self.port}", **headers})
            return connection.getresponse().status

    @property
    def aws(self) -> SimpleNamespace:
        return SimpleNamespace(url=f"http://{HOST}:{self.aws_port}")
