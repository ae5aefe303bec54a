"""Starts children in order, waits until each is ready, and leaves none of them behind."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.demo.child import Child

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GLANCE = 0.05  # seconds between two looks at the children


class DemoError(Exception):
    """The demo can't go on; the text is one sentence for the person at the terminal."""


class AskedToStop(Exception):
    """Somebody pressed Ctrl-C, or sent one of the other signals that mean the end."""


class Supervisor:
    """Owns the children from the first start() to the end of the `with` block.

    A signal is only noted and acted upon in between two steps, so it can't slip in where a child has been started but
    is not yet known.
    """

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._asked = False

    def __enter__(self) -> Self:
        for number in ENDINGS:
            signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        # All that talks to localaws, which was the first, may end at the same time, but before it.
        for child in self._children[1:]:
            child.ask()
        for child in reversed(self._children):
            child.stop()

    def start(self, child: Child) -> None:
        self.check()
        self._children.append(child)
        child.start()

    def wait(self, ready: Callable[[], bool], *, name: str, seconds: float = 60) -> None:
        """Return when `ready` says so. Raises DemoError when it takes too long or a child ends meanwhile."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise DemoError(f"{name} is not ready after {seconds:.0f} seconds.")
            time.sleep(GLANCE)

    def watch(self) -> None:
        """Never return: leave by AskedToStop, or by DemoError when a child ends."""
        while True:
            self.check()
            time.sleep(GLANCE)

    def check(self) -> None:
        if self._asked:
            raise AskedToStop
        for child in self._children:
            if not child.running:
                raise DemoError(f"{child.name} has ended by itself; the end of {child.log}:\n{child.last_lines()}")

    def _note(self, *_: object) -> None:
        self._asked = True
