from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """What was written, None for a deletion, and how it comes to be seen."""

    row: Any
    apply: Callable[[], object]


class Propagation:
    """Changes that were accepted and are not seen yet: AWS promises nobody to read what was just written.

    Who writes goes by `newest`; who reads goes by the store, where a change arrives after its delay. What has not
    arrived is not in the snapshot, so it is lost when the process is killed.
    """

    def __init__(self) -> None:
        self.waiting: dict[str, deque[Change]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.waiting

    def newest(self, key: str, seen: T | None) -> T | None:
        row: T | None = self.waiting[key][-1].row if key in self.waiting else seen
        return row

    def change(self, key: str, row: object, apply: Callable[[], object], delay: float) -> None:
        """Changes of one key arrive in their order. Without a delay this one, and all before it, arrive now."""
        self.waiting.setdefault(key, deque()).append(Change(row, apply))
        if delay:
            asyncio.get_running_loop().call_later(delay, self.let_arrive, key)
        else:
            self.settle(key)

    def settle(self, key: str) -> None:
        while key in self.waiting:
            self.let_arrive(key)

    def settle_all(self, prefix: str = "") -> None:
        for key in list(self.waiting):
            if key.startswith(prefix):
                self.settle(key)

    def let_arrive(self, key: str) -> None:
        """Nothing is left when a later change without a delay was faster."""
        changes = self.waiting.get(key)
        if not changes:
            return
        change = changes.popleft()
        if not changes:
            del self.waiting[key]
        change.apply()
