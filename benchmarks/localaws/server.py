from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
FIRST_CORE, *OTHER_CORES = sorted(os.sched_getaffinity(0))
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# Where utime and stime stand behind the name of the program, which ends with the last bracket: proc_pid_stat(5).
UTIME, STIME = 11, 12
KIB = 1024


class Server:
    """localaws in a process of its own, alone on the first core. Whoever asks it works on the others."""

    def __init__(self, *arguments: str) -> None:
        os.sched_setaffinity(0, {FIRST_CORE})
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "localaws", "--port", "0", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        os.sched_setaffinity(0, OTHER_CORES or {FIRST_CORE})
        self.url = self.read_url()
        self.seconds_to_start = time.perf_counter() - started

    def read_url(self) -> str:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line.startswith("localaws listens on "):
            raise SystemExit("localaws did not start.")
        return line.removeprefix("localaws listens on ").strip()

    @property
    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[UTIME]) + int(fields[STIME])) / TICKS_PER_SECOND

    @property
    def resident_bytes(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(status.partition("VmRSS:")[2].split()[0]) * KIB

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
