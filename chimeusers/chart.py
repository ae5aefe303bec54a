"""The bars of a chart, in the units of its drawing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

HEIGHT, STEP, WIDTH = 100.0, 10, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """What was settled stands on the ground; what failed stands on that."""

    at: datetime
    settled: int
    failed: int
    x: int
    settled_height: float
    failed_height: float

    @property
    def settled_y(self) -> float:
        return HEIGHT - self.settled_height

    @property
    def failed_y(self) -> float:
        return self.settled_y - self.failed_height


def bars(counts: Sequence[tuple[datetime, int, int]]) -> list[Bar]:
    """Return a bar for each time, the highest of them as high as the chart."""
    most = max((settled + failed for _, settled, failed in counts), default=0) or 1
    return [
        Bar(at, settled, failed, number * STEP, _high(settled, most), _high(failed, most))
        for number, (at, settled, failed) in enumerate(counts)
    ]


def _high(count: int, most: int) -> float:
    """A single change among thousands is to be seen, too."""
    return max(1.0, round(HEIGHT * count / most, 1)) if count else 0.0
