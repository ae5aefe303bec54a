"""Everything that is kept, in one place."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.chime.rows import AppInstance, Channel  # noqa: TC001 - the snapshot goes by the annotations
from localaws.cognito.rows import IdentityPool, SigningKey  # noqa: TC001
from localaws.iam.rows import (  # noqa: TC001
    AccessKey,
    ManagedPolicy,
    OIDCProvider,
    Role,
    SAMLProvider,
    User,
)
from localaws.state.shelf import Shelf
from localaws.user_pools.rows import UserPool  # noqa: TC001

if TYPE_CHECKING:
    from localaws.chime.rows import AppInstanceUser, Ban, Membership, Moderator, Room


@dataclass
class Remembered:
    """The answer to a client request token, for a retry that brings the same token and the same parameters."""

    parameters: str
    answer: dict[str, Any]
    at: float


@dataclass
class Store:
    """Shelves of rows and plain values, which the snapshot keeps as they are annotated.

    What can be derived from them is no argument of the constructor (init=False), and is derived again after a start.
    """

    seal_key: str = field(default_factory=lambda: secrets.token_hex(32))
    app_instances: Shelf[AppInstance] = field(default_factory=Shelf)
    tokens: Shelf[Remembered] = field(default_factory=Shelf)
    roles: Shelf[Role] = field(default_factory=Shelf)
    users: Shelf[User] = field(default_factory=Shelf)
    access_keys: Shelf[AccessKey] = field(default_factory=Shelf)
    managed_policies: Shelf[ManagedPolicy] = field(default_factory=Shelf)
    oidc_providers: Shelf[OIDCProvider] = field(default_factory=Shelf)
    saml_providers: Shelf[SAMLProvider] = field(default_factory=Shelf)
    identity_pools: Shelf[IdentityPool] = field(default_factory=Shelf)
    signing_keys: Shelf[SigningKey] = field(default_factory=Shelf)
    user_pools: Shelf[UserPool] = field(default_factory=Shelf)
    member_of: dict[str, Shelf[Channel]] = field(default_factory=dict, init=False)
    moderator_of: dict[str, Shelf[Channel]] = field(default_factory=dict, init=False)
    banned_from: dict[str, Shelf[Channel]] = field(default_factory=dict, init=False)

    def derive(self) -> None:
        """After everything was loaded. Tokens are forgotten in the order of their age."""
        self.tokens.rows = dict(sorted(self.tokens.rows.items(), key=lambda item: item[1].at))
        for app_instance in self.app_instances:
            for channel in app_instance.channels:
                self.derive_from(channel)

    def derive_from(self, channel: Channel) -> None:
        for room in channel.rooms:
            for membership in room.members:
                self.add_member(channel, membership, room)
        for moderator in channel.moderators:
            self.add_moderator(channel, moderator)
        for ban in channel.bans:
            self.add_ban(channel, ban)

    def add_member(self, channel: Channel, membership: Membership, room: Room | None = None) -> None:
        """In the channel itself, or in one of its sub-channels."""
        (room or channel).members.put(membership.member_arn, membership)
        self.member_of.setdefault(membership.member_arn, Shelf()).put(channel.arn, channel)

    def remove_member(self, channel: Channel, arn: str, room: Room | None = None) -> Membership | None:
        """From one sub-channel, or from wherever in the channel the member is."""
        removed = [each.members.remove(arn) for each in ([room] if room else channel.rooms)]
        if not any(arn in each.members for each in channel.rooms):
            self.member_of.get(arn, Shelf()).remove(channel.arn)
        return next((membership for membership in removed if membership), None)

    def add_moderator(self, channel: Channel, moderator: Moderator) -> None:
        channel.moderators.put(moderator.moderator_arn, moderator)
        self.moderator_of.setdefault(moderator.moderator_arn, Shelf()).put(channel.arn, channel)

    def remove_moderator(self, channel: Channel, arn: str) -> Moderator | None:
        self.moderator_of.get(arn, Shelf()).remove(channel.arn)
        return channel.moderators.remove(arn)

    def add_ban(self, channel: Channel, ban: Ban) -> None:
        channel.bans.put(ban.member_arn, ban)
        self.banned_from.setdefault(ban.member_arn, Shelf()).put(channel.arn, channel)

    def remove_ban(self, channel: Channel, arn: str) -> Ban | None:
        self.banned_from.get(arn, Shelf()).remove(channel.arn)
        return channel.bans.remove(arn)

    def remove_channel(self, app_instance: AppInstance, channel: Channel) -> None:
        for room in channel.rooms:
            for membership in room.members:
                self.remove_member(channel, membership.member_arn)
        for moderator in channel.moderators:
            self.remove_moderator(channel, moderator.moderator_arn)
        for ban in channel.bans:
            self.remove_ban(channel, ban.member_arn)
        app_instance.channels.remove(channel.arn)

    def remove_user(self, app_instance: AppInstance, arn: str) -> AppInstanceUser | None:
        """Bans end with the user, messages stay. When the user leaves the channels is for the caller to say."""
        for channel in self.banned_from.get(arn, Shelf()):
            self.remove_ban(channel, arn)
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
