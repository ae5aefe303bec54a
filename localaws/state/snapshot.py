from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from typing import TYPE_CHECKING, Any, TypeVar

from localaws.chime.rows import Admin, AppInstance, AppInstanceUser, Channel, Membership, Message, Moderator
from localaws.state.shelf import Shelf
from localaws.state.store import Remembered, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
FORMAT = 1
SECONDS_OF_GRACE = 0.5
log = logging.getLogger("localaws")


class Snapshot:
    """Keeps a file equal to the store, at most half a second and one writing behind it."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store = store
        self.path = path
        self.changed = asyncio.Event()
        self.stopped = asyncio.Event()

    async def keep(self) -> None:
        """Runs until it is stopped, and has written everything when it ends."""
        while not self.stopped.is_set():
            await self.changed.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopped.wait(), SECONDS_OF_GRACE)
            self.changed.clear()
            await asyncio.to_thread(self.write, dump(self.store))

    def stop(self) -> None:
        self.stopped.set()
        self.changed.set()

    def write(self, text: str) -> None:
        """Whoever reads the file finds the old one or the new one, whole. It holds the key of all sessions."""
        draft = self.path.with_name(f"{self.path.name}.draft")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        except OSError:
            log.exception("The snapshot could not be written; the next change tries again.")


def dump(store: Store) -> str:
    kept = {"seal_key": store.seal_key, "app_instances": store.app_instances, "tokens": store.tokens}
    return json.dumps({"format": FORMAT, **kept}, default=to_plain)


def to_plain(thing: object) -> Any:
    return list(thing.rows.values()) if isinstance(thing, Shelf) else vars(thing)


def load(text: str) -> Store:
    """Raises ValueError, KeyError or TypeError for what `dump` did not write."""
    document = json.loads(text)
    if document["format"] != FORMAT:
        raise ValueError("it was written by another version of localaws")
    tokens = {key: Remembered(**each) for key, each in document["tokens"].items()}
    app_instances = shelve(document["app_instances"], load_app_instance, "arn")
    store = Store(seal_key=document["seal_key"], app_instances=app_instances, tokens=tokens)
    for app_instance in app_instances:
        for channel in app_instance.channels:
            index(store, channel)
    return store


def index(store: Store, channel: Channel) -> None:
    for membership in channel.members:
        store.add_member(channel, membership)
    for moderator in channel.moderators:
        store.add_moderator(channel, moderator)


def load_app_instance(**fields: Any) -> AppInstance:
    return AppInstance(
        **{
            **fields,
            "users": shelve(fields["users"], AppInstanceUser, "arn"),
            "admins": shelve(fields["admins"], Admin, "admin_arn"),
            "channels": shelve(fields["channels"], load_channel, "arn"),
        }
    )


def load_channel(**fields: Any) -> Channel:
    return Channel(
        **{
            **fields,
            "members": shelve(fields["members"], Membership, "member_arn"),
            "moderators": shelve(fields["moderators"], Moderator, "moderator_arn"),
            "messages": shelve(fields["messages"], Message, "id"),
        }
    )


def shelve(rows: list[dict[str, Any]], read: Callable[..., T], key: str) -> Shelf[T]:
    shelf: Shelf[T] = Shelf()
    for fields in rows:
        shelf.put(fields[key], read(**fields))
    return shelf
