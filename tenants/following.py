"""A long piece of work that somebody follows at their terminal: how far, how fast, how long still; Ctrl-C stops it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from tqdm import tqdm

from tenants.runs import Progress, Run, stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PAUSE = 1.0  # seconds

R = TypeVar("R", bound=Run)


def follow(run: R, turn: Callable[[], Iterable[R]], seen: Callable[[R], int], *, total: int | None) -> bool:
    """Do turns of a run until it ends; return whether it came to its end. On Ctrl-C it is stopped, to be gone on with.

    Another worker may have the run, or take it: then it is only watched.
    """
    with tqdm(total=total, unit=" users") as bar:
        try:
            while run.is_running:
                for now in turn():
                    bar.update(seen(now) - bar.n)
                run.refresh_from_db()
                bar.update(seen(run) - bar.n)
                _rest(run)
        except KeyboardInterrupt:
            stop(run)
            run.refresh_from_db()
    return run.progress == Progress.DONE


def _rest(run: Run) -> None:
    """Whoever did not end in its turn waits for AWS, or for another worker."""
    if run.is_running:
        time.sleep(_PAUSE)
