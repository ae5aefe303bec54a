"""Which processes on this machine belong to a test: those that carry its mark in their environment."""

from __future__ import annotations

import time
from pathlib import Path

PATIENCE = 15  # seconds; whoever was only asked to go finishes first, and Celery looks up every two seconds


def carrying(mark: str) -> list[str]:
    """Return the command lines of all living processes with this text in their environment."""
    return [line for process in Path("/proc").glob("[0-9]*") if (line := _command_line(process, mark))]


def left_behind(mark: str) -> list[str]:
    """Return what still carries the mark when there was time enough to go."""
    deadline = time.monotonic() + PATIENCE
    while (left := carrying(mark)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _command_line(process: Path, mark: str) -> str:
    try:
        if mark.encode() not in (process / "environ").read_bytes():
            return ""
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:  # It has ended between the two looks, or is not ours to look at.
        return ""
