"""What has changed on the shelves since it was last asked: the snapshot writes that, and nothing else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from localaws.state.kinds import shelves_of

if TYPE_CHECKING:
    from localaws.state.shelf import Shelf

# Between the parts of a path; no key of AWS's has it.
SEPARATOR = "\x1f"


def nest(path: str, key: str, field: str = "") -> str:
    """The path of a shelf that a row has in a field; without a field, what the paths of all its shelves begin with."""
    return SEPARATOR.join((path, key, field))


class Ledger:
    def __init__(self) -> None:
        self.changed: dict[Shelf[Any], set[str]] = {}
        # What the paths of shelves begin with that went with the row they belonged to.
        self.gone: list[str] = []
        self.news = asyncio.Event()

    def note(self, shelf: Shelf[Any], key: str, old: object | None, new: object | None) -> None:
        """A row came, changed in place, gave way to another, or went."""
        if old is not new:
            self.take_down(shelf, key, old)
            self.put_up(new, shelf.path, key)
        self.changed.setdefault(shelf, set()).add(key)
        self.news.set()

    def put_up(self, row: object | None, path: str, key: str, *, written: bool = False) -> None:
        """All that stands on the shelves of a row is news, unless it is written already."""
        for name, shelf in () if row is None else shelves_of(row):
            shelf.ledger, shelf.path = self, nest(path, key, name)
            if shelf.rows and not written:
                self.changed[shelf] = set(shelf.rows)
            for inner_key, inner in shelf.rows.items():
                self.put_up(inner, shelf.path, inner_key, written=written)

    def take_down(self, shelf: Shelf[Any], key: str, row: object | None) -> None:
        inners = [] if row is None else [inner for _, inner in shelves_of(row)]
        for inner in inners:
            self.forget(inner)
        if inners:
            self.gone.append(nest(shelf.path, key))

    def forget(self, shelf: Shelf[Any]) -> None:
        shelf.ledger = None
        self.changed.pop(shelf, None)
        for row in shelf.rows.values():
            for _, inner in shelves_of(row):
                self.forget(inner)

    def take(self) -> tuple[list[str], dict[Shelf[Any], set[str]]]:
        """Everything since the last time."""
        gone, changed = self.gone, self.changed
        self.gone, self.changed = [], {}
        self.news.clear()
        return gone, changed
