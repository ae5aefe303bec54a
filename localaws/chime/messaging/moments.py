"""Times as the beginnings of ids, so that the order of ids is the order of time."""

from __future__ import annotations

DIGITS = 12


def write_moment(seconds: float) -> str:
    return f"{round(seconds * 1000):0{DIGITS}x}"
