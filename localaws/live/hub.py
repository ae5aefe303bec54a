"""Who is connected, and what they are told. Nothing is kept: who is not connected learns nothing.

https://docs.aws.amazon.com/chime-sdk/latest/dg/websockets.html
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from localaws.live.frames import shape_members, write_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localaws.live.connection import Connection


@dataclass(frozen=True)
class Event:
    """Something that happened in a channel: `payload` has the members of the model's shape, times in seconds."""

    type: str
    shape: str
    payload: dict[str, Any]
    message_type: str = "SYSTEM"
    reason: str | None = None

    @cached_property
    def frame(self) -> str:
        """Written once, however many are told."""
        return write_frame(self.type, self.message_type, self.reason, shape_members(self.payload, self.shape))


class Hub:
    def __init__(self) -> None:
        self.connections: dict[str, set[Connection]] = {}
        self.deserted = asyncio.Event()
        self.deserted.set()

    def __iter__(self) -> Iterator[Connection]:
        return iter([connection for each in self.connections.values() for connection in each])

    def add(self, user_arn: str, connection: Connection) -> None:
        self.connections.setdefault(user_arn, set()).add(connection)
        self.deserted.clear()

    def remove(self, user_arn: str, connection: Connection) -> None:
        self.connections[user_arn].discard(connection)
        if not self.connections[user_arn]:
            del self.connections[user_arn]
        if not self.connections:
            self.deserted.set()

    def of(self, user_arn: str) -> set[Connection]:
        return self.connections.get(user_arn, set())

    def tell(self, people: Iterable[str], event: Event) -> None:
        """Each of the people, by the ARNs of their app instance users, on every socket they have open."""
        for person in dict.fromkeys(people):
            for connection in self.of(person):
                connection.push(event.frame)

    def drop(self, user_arn: str, code: int) -> None:
        for connection in list(self.of(user_arn)):
            connection.close(code)
