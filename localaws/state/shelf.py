from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localaws.state.ledger import Ledger

T = TypeVar("T")


class Shelf(Generic[T]):
    """Things in the order of their keys, so that a page costs the same at the start and at the end.

    What is changed in place is put back, by which the ledger learns of it. A shelf that hangs nowhere has no ledger.
    """

    __slots__ = ("keys", "ledger", "path", "rows")

    def __init__(self, rows: dict[str, T] | None = None) -> None:
        self.rows: dict[str, T] = {} if rows is None else rows
        self.keys: list[str] = sorted(self.rows)
        self.ledger: Ledger | None = None
        self.path = ""

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, key: str) -> bool:
        return key in self.rows

    def __iter__(self) -> Iterator[T]:
        return iter([self.rows[key] for key in self.keys])

    def get(self, key: str) -> T | None:
        return self.rows.get(key)

    def put(self, key: str, row: T) -> None:
        old = self.rows.get(key)
        if old is None:
            insort(self.keys, key)
        self.rows[key] = row
        if self.ledger:
            self.ledger.note(self, key, old, row)

    def remove(self, key: str) -> T | None:
        row = self.rows.pop(key, None)
        if row is not None:
            del self.keys[bisect_left(self.keys, key)]
            if self.ledger:
                self.ledger.note(self, key, row, None)
        return row

    def page(self, span: Span, limit: int, keep: Callable[[T], bool]) -> tuple[list[T], str | None]:
        """At most `limit` things that are to be kept, and the key of the last one when more of them follow."""
        found: list[T] = []
        last = None
        for key in span.walk(self.keys):
            row = self.rows[key]
            if not keep(row):
                continue
            if len(found) == limit:
                return found, last
            found.append(row)
            last = key
        return found, None


class Span:
    """A stretch of keys, its ends included, walked up or down from behind `after`."""

    def __init__(
        self, *, after: str | None = None, low: str = "", high: str = "\U0010ffff", descending: bool = False
    ) -> None:
        self.after, self.low, self.high, self.descending = after, low, high, descending

    def walk(self, keys: list[str]) -> Iterator[str]:
        start, end = bisect_left(keys, self.low), bisect_right(keys, self.high)
        if self.descending:
            end = end if self.after is None else min(end, bisect_left(keys, self.after))
            return (keys[index] for index in range(end - 1, start - 1, -1))
        start = start if self.after is None else max(start, bisect_right(keys, self.after))
        return (keys[index] for index in range(start, end))
