from __future__ import annotations

import fcntl
import os
import sqlite3
from typing import TYPE_CHECKING

from localaws.state.record import read_row, write_row, write_rows
from localaws.state.snapshot import Snapshot
from localaws.state.store import Store

if TYPE_CHECKING:
    from pathlib import Path

# "laws": by it the file is known for ours. https://www.sqlite.org/fileformat2.html#application_id
APPLICATION_ID = 0x6C617773
FORMAT = 2
SECONDS_TO_WAIT_FOR_READERS = 0.5
SCHEMA = f"""
BEGIN;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
CREATE TABLE rows (shelf TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (shelf, key)) WITHOUT ROWID;
"""


class SnapshotError(Exception):
    """The file can't be used. The sentence says why."""


def open_snapshot(path: Path) -> Snapshot:
    """Raises SnapshotError for a file that is somebody else's, broken or in use; it is left as it is."""
    try:
        lock(path)
        refuse_json(path)
        database = sqlite3.connect(path, timeout=SECONDS_TO_WAIT_FOR_READERS, check_same_thread=False)
        return Snapshot(database, load(database))
    except (OSError, sqlite3.Error, ValueError, TypeError) as error:
        raise SnapshotError(str(error)) from error


def lock(path: Path) -> None:
    """Until the process ends. The file holds the key of all sessions, so nobody else may read it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.fchmod(descriptor, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ValueError("another localaws keeps it.") from error


def refuse_json(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(1) == b"{":
            raise ValueError("it is JSON, as the first version of localaws kept it. Delete it to begin anew.")


def load(database: sqlite3.Connection) -> Store:
    if read_pragma(database, "schema_version") == 0:
        return begin(database)
    if read_pragma(database, "application_id") != APPLICATION_ID:
        raise ValueError("it is a database, but none of localaws.")
    if read_pragma(database, "user_version") != FORMAT:
        raise ValueError("it was written by another version of localaws.")
    found = database.execute("SELECT value FROM rows WHERE shelf = '' AND key = ''").fetchone()
    if found is None:
        raise ValueError("it has no beginning.")
    [text] = found
    store = read_row(database, Store, text, "", "")
    store.derive()
    return store


def begin(database: sqlite3.Connection) -> Store:
    store = Store()
    with database:
        database.executescript(SCHEMA)
        write_rows(database, {("", ""): write_row(store)})
    return store


def read_pragma(database: sqlite3.Connection, name: str) -> int:
    [value] = database.execute(f"PRAGMA {name}").fetchone()
    return int(value)
