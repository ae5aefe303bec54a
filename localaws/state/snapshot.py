from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.state.ledger import Ledger
from localaws.state.record import delete_shelves, write_row, write_rows

if TYPE_CHECKING:
    from localaws.state.shelf import Shelf
    from localaws.state.store import Store

SECONDS_OF_GRACE = 0.5
ROWS_AT_A_TIME = 500
log = logging.getLogger("localaws")


@dataclass
class Batch:
    """What is to be written in one transaction, so that a kill leaves all of it or nothing."""

    gone: list[str] = field(default_factory=list)
    rows: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def clear_out(self, gone: list[str]) -> None:
        """Shelves are deleted before anything is written, so what is left must not stand on them."""
        self.gone += gone
        if gone and self.rows:
            beginnings = tuple(gone)
            self.rows = {place: text for place, text in self.rows.items() if not place[0].startswith(beginnings)}


class Snapshot:
    """Keeps a file equal to the store, at most half a second and one writing behind it.

    The file is a SQLite database of rows, of which those that changed are written.
    """

    def __init__(self, database: sqlite3.Connection, store: Store) -> None:
        self.database = database
        self.store = store
        self.ledger = Ledger()
        self.ledger.put_up(store, "", "", written=True)
        self.stopped = asyncio.Event()
        self.unwritten = Batch()

    async def keep(self) -> None:
        """Runs until it is stopped, and has written everything when it ends."""
        while not self.stopped.is_set():
            await self.ledger.news.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopped.wait(), SECONDS_OF_GRACE)
            await self.gather()
            await asyncio.to_thread(self.write)
        self.database.close()

    def stop(self) -> None:
        self.stopped.set()
        self.ledger.news.set()

    async def gather(self) -> None:
        """Calls are served in between. What changes meanwhile is in the ledger again, and is written next time."""
        gone, changed = self.ledger.take()
        self.unwritten.clear_out(gone)
        for path, shelf, keys in [(shelf.path, shelf, keys) for shelf, keys in changed.items()]:
            for count, key in enumerate(keys):
                self.unwritten.rows[path, key] = read_plain(shelf, key)
                if count % ROWS_AT_A_TIME == 0:
                    await asyncio.sleep(0)

    def write(self) -> None:
        """In a thread. What could not be written is tried again with the next change."""
        try:
            with self.database:
                delete_shelves(self.database, self.unwritten.gone)
                write_rows(self.database, self.unwritten.rows)
            self.unwritten = Batch()
        except (sqlite3.Error, ValueError):
            log.exception("The snapshot could not be written; the next change tries again.")


def read_plain(shelf: Shelf[Any], key: str) -> str | None:
    row = shelf.get(key)
    return None if row is None else write_row(row)
