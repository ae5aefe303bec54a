from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BUCKETS = 100_000

Key = tuple[str, str, str]


@dataclass
class Bucket:
    """Fills by `rate` tokens a second up to `size`; `at` in seconds, on the clock of the buckets."""

    rate: float
    size: float
    tokens: float
    at: float

    def fill(self, now: float) -> None:
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now

    @property
    def full_at(self) -> float:
        return self.at + (self.size - self.tokens) / self.rate


class Buckets:
    """One of each key. A full bucket is as good as none, so those that nobody takes from are forgotten."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.buckets: OrderedDict[Key, Bucket] = OrderedDict()

    def take(self, wanted: dict[Key, float]) -> Key | None:
        """One token of each bucket, by the tokens a second that it gets. Of none when one is empty: that one's key.

        AWS does not tell how many calls it takes at once; here it is those of a second.
        """
        now = self.clock()
        self.forget(now)
        found = {key: self.find(key, rate, now) for key, rate in wanted.items()}
        for key, bucket in found.items():
            if bucket.tokens < 1:
                return key
        for bucket in found.values():
            bucket.tokens -= 1
        return None

    def find(self, key: Key, rate: float, now: float) -> Bucket:
        size = max(1.0, rate)
        bucket = self.buckets.setdefault(key, Bucket(rate, size, size, now))
        bucket.fill(now)
        self.buckets.move_to_end(key)
        return bucket

    def forget(self, now: float) -> None:
        """Who was taken from longest ago stands first."""
        while self.buckets:
            key, oldest = next(iter(self.buckets.items()))
            if oldest.full_at > now and len(self.buckets) < MOST_BUCKETS:
                return
            del self.buckets[key]

    def clear(self) -> None:
        self.buckets.clear()
