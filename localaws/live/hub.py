"""Who is connected, and what they are told. Nothing is kept: who is not connected learns nothing.

https://docs.aws.amazon.com/chime-sdk/latest/dg/websockets.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Event:
    """Something that happened in a channel: `payload` has the members of the model's shape, times in seconds."""

    type: str
    shape: str
    payload: dict[str, Any]
    message_type: str = "SYSTEM"
    reason: str | None = None


class Connection(Protocol):
    """One open socket of a user. Neither call waits: what can't be written now is written later."""

    def push(self, event: Event) -> None: ...

    def close(self, code: int) -> None: ...


class Hub:
    def __init__(self) -> None:
        self.connections: dict[str, set[Connection]] = {}

    def add(self, user_arn: str, connection: Connection) -> None:
        self.connections.setdefault(user_arn, set()).add(connection)

    def remove(self, user_arn: str, connection: Connection) -> None:
        self.connections[user_arn].discard(connection)
        if not self.connections[user_arn]:
            del self.connections[user_arn]

    def of(self, user_arn: str) -> set[Connection]:
        return self.connections.get(user_arn, set())

    def tell(self, people: Iterable[str], event: Event) -> None:
        """Each of the people, by the ARNs of their app instance users, on every socket they have open."""
        for person in dict.fromkeys(people):
            for connection in self.of(person):
                connection.push(event)

    def drop(self, user_arn: str, code: int) -> None:
        for connection in list(self.of(user_arn)):
            connection.close(code)
