"""Everything that is kept, in one place."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.state.shelf import Shelf

if TYPE_CHECKING:
    from localaws.chime.rows import AppInstance, AppInstanceUser, Channel, Membership, Moderator


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
        """Messages stay. When the user leaves the channels is for the caller to say."""
        app_instance.admins.remove(arn)
        return app_instance.users.remove(arn)

    def leave_channels(self, arn: str) -> None:
        for channel in self.member_of.get(arn, Shelf()):
            self.remove_member(channel, arn)
        for channel in self.moderator_of.get(arn, Shelf()):
            self.remove_moderator(channel, arn)

    def remove_app_instance(self, app_instance: AppInstance) -> None:
        for channel in app_instance.channels:
            self.remove_channel(app_instance, channel)
        self.app_instances.remove(app_instance.arn)
