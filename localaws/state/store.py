"""What Chime holds. Times in seconds since 1970, as they go over the wire."""

from __future__ import annotations

import secrets
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
    members: Shelf[Membership] = field(default_factory=Shelf)
    moderators: Shelf[Moderator] = field(default_factory=Shelf)
    messages: Shelf[Message] = field(default_factory=Shelf)


@dataclass
class Admin:
    admin_arn: str
    created_at: float


@dataclass
class AppInstance:
    arn: str
    name: str
    metadata: str | None
    created_at: float
    updated_at: float
    users: Shelf[AppInstanceUser] = field(default_factory=Shelf)
    admins: Shelf[Admin] = field(default_factory=Shelf)
    channels: Shelf[Channel] = field(default_factory=Shelf)


@dataclass
class Remembered:
    """The answer to a client request token, for a retry that brings the same token and the same parameters."""

    parameters: str
    answer: dict[str, Any]
    at: float


@dataclass
class Store:
    seal_key: str = field(default_factory=lambda: secrets.token_hex(32))
    app_instances: Shelf[AppInstance] = field(default_factory=Shelf)
    tokens: dict[str, Remembered] = field(default_factory=dict)
    member_of: dict[str, Shelf[Channel]] = field(default_factory=dict)
    moderator_of: dict[str, Shelf[Channel]] = field(default_factory=dict)

    def add_member(self, channel: Channel, membership: Membership) -> None:
        channel.members.put(membership.member_arn, membership)
        self.member_of.setdefault(membership.member_arn, Shelf()).put(channel.arn, channel)

    def remove_member(self, channel: Channel, arn: str) -> Membership | None:
        self.member_of.get(arn, Shelf()).remove(channel.arn)
        return channel.members.remove(arn)

    def add_moderator(self, channel: Channel, moderator: Moderator) -> None:
        channel.moderators.put(moderator.moderator_arn, moderator)
        self.moderator_of.setdefault(moderator.moderator_arn, Shelf()).put(channel.arn, channel)

    def remove_moderator(self, channel: Channel, arn: str) -> Moderator | None:
        self.moderator_of.get(arn, Shelf()).remove(channel.arn)
        return channel.moderators.remove(arn)

    def remove_channel(self, app_instance: AppInstance, channel: Channel) -> None:
        for membership in channel.members:
            self.remove_member(channel, membership.member_arn)
        for moderator in channel.moderators:
            self.remove_moderator(channel, moderator.moderator_arn)
        app_instance.channels.remove(channel.arn)

    def remove_user(self, app_instance: AppInstance, arn: str) -> AppInstanceUser | None:
        """Memberships go, messages stay."""
        for channel in self.member_of.get(arn, Shelf()):
            self.remove_member(channel, arn)
        for channel in self.moderator_of.get(arn, Shelf()):
            self.remove_moderator(channel, arn)
        app_instance.admins.remove(arn)
        return app_instance.users.remove(arn)

    def remove_app_instance(self, app_instance: AppInstance) -> None:
        for channel in app_instance.channels:
            self.remove_channel(app_instance, channel)
        self.app_instances.remove(app_instance.arn)
