"""How fast AWS may be called, and when next. Pure; moments are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, replace

# A refusal for too many calls makes us slower by a third, down to a tenth of the quota; a minute makes up for it.
_SLOWER, _SLOWEST, _RECOVERS_IN = 2 / 3, 0.1, 60.0
# A little less than the quota: clocks of several machines differ.
_SHARE = 0.98
# Seconds of the quota that whoever was idle may use at once. AWS does not tell how many calls it takes so.
_BURST = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """When the next call may be made, by a worker and by somebody who waits, at so many calls a second."""

    per_second: float
    next_at: float = 0.0
    next_interactive_at: float = 0.0
    slowed_to: float | None = None
    slowed_at: float = 0.0

    def rate(self, now: float) -> float:
        full = self.per_second * _SHARE
        if self.slowed_to is None:
            return full
        return min(full, self.slowed_to + full * (now - self.slowed_at) / _RECOVERS_IN)

    def book(self, calls: int, now: float) -> tuple[Pace, float]:
        """Give a worker the next `calls` places; return the pace after that, and the moment of the first one."""
        begin = max(now - _BURST, self.next_at)
        return replace(self, next_at=begin + calls / self.rate(now)), begin

    def book_at_once(self, now: float) -> tuple[Pace, float]:
        """Give somebody who waits a place before all workers, who come the later for it."""
        begin, each = max(now - _BURST, self.next_interactive_at), 1 / self.rate(now)
        return replace(self, next_interactive_at=begin + each, next_at=max(now - _BURST, self.next_at) + each), begin

    def slow_down(self, now: float) -> Pace:
        slowed = max(self.rate(now) * _SLOWER, self.per_second * _SLOWEST)
        return replace(self, slowed_to=slowed, slowed_at=now)
