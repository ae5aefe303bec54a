"""Rows as they are written down, one by one, in a table of shelves and keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from localaws.state.kinds import kind_of
from localaws.state.ledger import nest
from localaws.state.shelf import Shelf

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

Row = TypeVar("Row")


def write_row(row: Any) -> str:
    return json.dumps({name: getattr(row, name) for name in kind_of(type(row)).plain}, separators=(",", ":"))


def write_rows(database: sqlite3.Connection, rows: Mapping[tuple[str, str], str | None]) -> None:
    """None takes a row away."""
    present = [(path, key, text) for (path, key), text in rows.items() if text is not None]
    absent = [place for place, text in rows.items() if text is None]
    database.executemany("REPLACE INTO rows VALUES (?, ?, ?)", present)
    database.executemany("DELETE FROM rows WHERE shelf = ? AND key = ?", absent)


def delete_shelves(database: sqlite3.Connection, beginnings: list[str]) -> None:
    spans = [(beginning, f"{beginning}\U0010ffff") for beginning in beginnings]
    database.executemany("DELETE FROM rows WHERE shelf >= ? AND shelf < ?", spans)


def read_row(database: sqlite3.Connection, kind: type[Row], text: str, path: str, key: str) -> Row:
    """With all that stands on its shelves. Raises ValueError or TypeError for what `write_row` did not write."""
    inner = {name: read_shelf(database, each, nest(path, key, name)) for name, each in kind_of(kind).shelves.items()}
    return kind(**json.loads(text), **inner)


def read_shelf(database: sqlite3.Connection, kind: type[Row], path: str) -> Shelf[Row]:
    found = database.execute("SELECT key, value FROM rows WHERE shelf = ? ORDER BY key", (path,)).fetchall()
    return Shelf({key: read_row(database, kind, text, path, key) for key, text in found})
