"""One process of somebody else's program, with everything it starts itself."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LAST_BYTES = 8192


@dataclass
class Child:
    """A command that runs in a session of its own, so a Ctrl-C at the terminal reaches its parent alone.

    Its whole process group ends with stop(); should the parent be killed outright, the kernel says the farewell to it.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    folder: Path | None = None  # where it runs; the parent's own when None
    farewell: signal.Signals = signal.SIGTERM
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _asked: bool = field(default=False, init=False)

    def start(self) -> None:
        self._asked = False
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the commands are our own
                ["/usr/bin/setpriv", "--pdeathsig", self.farewell.name.removeprefix("SIG"), "--", *self.command],
                env=dict(self.environment),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask(self) -> None:
        """Tell the process group to end, once (many programs take a second time for impatience), and do not wait."""
        if not self._asked:
            self._asked = True
            self._signal(self.farewell)

    def stop(self, *, patience: float = 5) -> None:
        """Ask the process to end; after `patience` seconds, and for whatever it leaves behind, do not ask any more."""
        if self._process is None:
            return
        self.ask()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self.kill()

    def kill(self) -> None:
        """End the process and all that it started, without asking."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def last_lines(self, count: int = 15) -> str:
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - LAST_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-count:])

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
