"""What it takes to decide about differences, before anybody presses. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chimeusers.models import Decision, DriftKind

if TYPE_CHECKING:
    from collections.abc import Iterable

# Calls to Chime for one user: a newcomer of Chime's is created, which it answers with success, looked at, and marked.
_CALLS = {
    (Decision.FIXED, DriftKind.MISSING): 1,
    (Decision.FIXED, DriftKind.EXTRA): 1,
    (Decision.FIXED, DriftKind.DIFFERENT): 1,
    (Decision.ADOPTED, DriftKind.EXTRA): 3,
    (Decision.ADOPTED, DriftKind.DIFFERENT): 1,
}


_MINUTE = 2  # minutes, up to which seconds read better


@dataclass(frozen=True, slots=True)
class Cost:
    users: int
    calls: int
    seconds: float

    def __str__(self) -> str:
        minutes = self.seconds / 60
        how_long = _many(minutes, "minute") if minutes > _MINUTE else _many(max(1, self.seconds), "second")
        calls = f"{_many(self.calls, 'call')} to Chime, about {how_long}" if self.calls else "no call to Chime"
        return f"{_many(self.users, 'user')}, {calls}"


def cost(decision: Decision, kinds: Iterable[str], *, per_second: float) -> Cost:
    """Return what a decision about differences of these kinds costs, where AWS takes so many calls a second."""
    counted = Counter(kinds)
    calls = sum(_CALLS.get((decision, DriftKind(kind)), 0) * number for kind, number in counted.items())
    return Cost(counted.total(), calls, calls / per_second)


def _many(number: float, noun: str) -> str:
    return f"{number:.0f} {noun}" if round(number) == 1 else f"{number:.0f} {noun}s"
