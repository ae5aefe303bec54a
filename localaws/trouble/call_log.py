from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

LONGEST = 10_000


@dataclass
class Entry:
    """One call. `time` in seconds since 1970; who made it is known only once the signature is verified.

    `decided_by` are the statements that allowed it, or the one that denied it, as policy/Sid or policy/number.
    """

    time: float
    service: str | None = None
    operation: str | None = None
    principal: str | None = None
    session_tags: dict[str, str] = field(default_factory=dict)
    bearer: str | None = None
    resources: list[str] = field(default_factory=list)
    decided_by: list[str] = field(default_factory=list)
    verdict: str = "unauthenticated"
    status: int = 0
    code: str | None = None


class CallLog:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=LONGEST)

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)

    def clear(self) -> None:
        self.entries.clear()

    def plain(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self.entries]
