"""What Chime holds. Times in seconds since 1970, as they go over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

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
    updated_at: float
    read_at: float | None = None
    preferences: dict[str, Any] | None = None


@dataclass
class Moderator:
    moderator_arn: str
    created_by: Identity
    created_at: float


@dataclass
class Ban:
    member_arn: str
    created_by: Identity
    created_at: float


@dataclass
class Message:
    """The id begins with the time of creation, so that the order of ids is the order of messages.

    `status` is that of the message as it stands, `edit_status` that of an edit which is not, or not yet, to be seen.
    """

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
    status: str = "SENT"
    edit_status: str | None = None


@dataclass
class Processing:
    """A message, new or edited, that a channel flow's processor has to say something about."""

    callback_id: str
    change: str
    sub_channel_id: str | None
    draft: dict[str, Any]
    handed_at: float


@dataclass
class SubChannel:
    """Where some of the members of an elastic channel talk among themselves."""

    sub_channel_id: str
    members: Shelf[Membership] = field(default_factory=Shelf)
    messages: Shelf[Message] = field(default_factory=Shelf)


@dataclass
class Channel:
    """An elastic one has its members and messages in its sub-channels, and none itself."""

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
    elastic: dict[str, int] | None = None
    flow_arn: str | None = None
    members: Shelf[Membership] = field(default_factory=Shelf)
    moderators: Shelf[Moderator] = field(default_factory=Shelf)
    bans: Shelf[Ban] = field(default_factory=Shelf)
    messages: Shelf[Message] = field(default_factory=Shelf)
    sub_channels: Shelf[SubChannel] = field(default_factory=Shelf)
    processing: Shelf[Processing] = field(default_factory=Shelf)

    sub_channel_id: ClassVar[None] = None

    @property
    def rooms(self) -> list[Room]:
        """Where its members are."""
        return [self] if self.elastic is None else list(self.sub_channels)


Room = Channel | SubChannel


@dataclass
class ChannelFlow:
    arn: str
    name: str
    processors: list[dict[str, Any]]
    created_at: float
    updated_at: float
    tags: dict[str, str] = field(default_factory=dict)


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
    flows: Shelf[ChannelFlow] = field(default_factory=Shelf)


@dataclass(frozen=True)
class Place:
    """A room, and whose it is."""

    app_instance: AppInstance
    channel: Channel
    room: Room
