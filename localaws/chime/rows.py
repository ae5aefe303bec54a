"""What Chime holds. Times in seconds since 1970, as they go over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from localaws.state.shelf import Shelf

# Who somebody is, as messages and memberships keep it: {"Arn": ..., "Name": ...}.
Identity = dict[str, str]


@dataclass
class AppInstanceUser:
    arn: str
    name: str
    metadata: str | None
    created_at: float
    updated_at: float
    expiration: dict[str, Any] | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        return {"Arn": self.arn, "Name": self.name}


@dataclass
class Membership:
    member_arn: str
    type: str
    invited_by: Identity
    created_at: float


@dataclass
class Moderator:
    moderator_arn: str
    created_by: Identity
    created_at: float


@dataclass
class Message:
    """The id begins with the time of creation, so that the order of ids is the order of messages."""

    id: str
    content: str
    metadata: str | None
    content_type: str | None
    attributes: dict[str, Any] | None
    target: list[dict[str, str]] | None
    type: str
    persistence: str
    sender: Identity
    created_at: float
    updated_at: float
    edited_at: float | None = None
    redacted: bool = False


@dataclass
class Channel:
    arn: str
    name: str
    mode: str
    privacy: str
    metadata: str | None
    created_by: Identity
    created_at: float
    updated_at: float
    last_message_at: float | None = None
    expiration: dict[str, Any] | None = None
    tags: dict[str, str] = field(default_factory=dict)
    members: Shelf[Membership] = field(default_factory=Shelf)
    moderators: Shelf[Moderator] = field(default_factory=Shelf)
    messages: Shelf[Message] = field(default_factory=Shelf)


@dataclass
class Admin:
    admin_arn: str
    created_at: float


@dataclass
class AppInstance:
    """What is older than `retention_days` is not shown, and is deleted for good once `deletion_at` has passed."""

    arn: str
    name: str
    metadata: str | None
    created_at: float
    updated_at: float
    tags: dict[str, str] = field(default_factory=dict)
    retention_days: int | None = None
    deletion_at: float | None = None
    users: Shelf[AppInstanceUser] = field(default_factory=Shelf)
    admins: Shelf[Admin] = field(default_factory=Shelf)
    channels: Shelf[Channel] = field(default_factory=Shelf)
