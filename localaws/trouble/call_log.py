from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

LONGEST = 10_000
FILTERS = {"service", "operation", "principal", "bearer", "verdict", "status", "code", "access_key", "request_id"}


@dataclass
class Entry:
    """One call. `time` in seconds since 1970; who made it is known only once the signature is verified.

    `decided_by` are the statements that allowed it, or the one that denied it, as policy/Sid or policy/number;
    `throttled_by` is the quota that it was over. `duration` in seconds, waiting for a fault included; None while it
    lasts.
    """

    time: float
    service: str | None = None
    operation: str | None = None
    principal: str | None = None
    session_tags: dict[str, str] = field(default_factory=dict)
    bearer: str | None = None
    resources: list[str] = field(default_factory=list)
    decided_by: list[str] = field(default_factory=list)
    throttled_by: str | None = None
    verdict: str = "unauthenticated"
    status: int = 0
    code: str | None = None
    access_key: str | None = None
    request_id: str | None = None
    duration: float | None = None


class CallLog:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=LONGEST)

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)

    def clear(self) -> None:
        self.entries.clear()

    def find(self, wishes: dict[str, str]) -> list[dict[str, Any]]:
        """Those whose fields are as wished, `since` a time and after. Raises ValueError with a sentence."""
        wishes = dict(wishes)
        since = read_time(wishes.pop("since", "0"))
        strangers = wishes.keys() - FILTERS
        if strangers:
            raise ValueError(
                f"Calls are not found by {min(strangers)}; they are by {', '.join(sorted(FILTERS))}, since."
            )
        return [asdict(entry) for entry in self.entries if entry.time >= since and fits(entry, wishes)]


def fits(entry: Entry, wishes: dict[str, str]) -> bool:
    return all(str(getattr(entry, name)) == value for name, value in wishes.items())


def read_time(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError("since is a time in seconds since 1970.") from error
