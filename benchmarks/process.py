"""A server in processes of its own on the first core; whoever asks it works on the others."""

from __future__ import annotations

import http.client
import os
import subprocess
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
FIRST_CORE, *OTHER_CORES = sorted(os.sched_getaffinity(0))
HOST, PATIENCE = "127.0.0.1", 60  # seconds
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# Where utime and stime stand behind the name of the program, which ends with the last bracket: proc_pid_stat(5).
_UTIME, _STIME = 11, 12


class Process:
    """`listens` is what the server says on stderr or stdout before the address that it listens at."""

    def __init__(
        self, command: Sequence[str], *, environment: Mapping[str, str], listens: str, alone: bool = True
    ) -> None:
        self.command, self.environment, self.listens = list(command), dict(environment), listens
        self._cores = {FIRST_CORE} if alone else set(OTHER_CORES or [FIRST_CORE])

    def __enter__(self) -> Self:
        os.sched_setaffinity(0, self._cores)
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        os.sched_setaffinity(0, OTHER_CORES or {FIRST_CORE})
        self.port = self._read_port()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    @property
    def cpu_seconds(self) -> float:
        """What the server and its workers have used up together."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return sum(map(_cpu_seconds, [self.process.pid, *map(int, children.split())]))

    def _read_port(self) -> int:
        said = []
        for line in self.process.stdout or []:
            said.append(line)
            if self.listens in line:
                port = int(line.rpartition(":")[2].split()[0])
                threading.Thread(target=_drain, args=[self.process], daemon=True).start()
                _wait(port)
                return port
        raise SystemExit(f"{self.command[0]} did not start: {''.join(said)}")


def _drain(process: subprocess.Popen[str]) -> None:
    """Nobody reads what it says from here on, and it must not wait for that."""
    with suppress(ValueError):
        for _ in process.stdout or []:
            pass


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[_UTIME]) + int(fields[_STIME])) / _TICKS_PER_SECOND


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with closing(http.client.HTTPConnection(HOST, port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
    raise SystemExit("The server does not answer.")
