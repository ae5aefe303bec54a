"""Who somebody is in a channel. The service asks this after IAM has said yes.

https://docs.aws.amazon.com/chime-sdk/latest/dg/auth-by-role.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.chime.lookup import find_bearer, find_channel
from localaws.chime.rows import Place
from localaws.wire.errors import bad_request, forbidden

if TYPE_CHECKING:
    from localaws.call import Call
    from localaws.chime.rows import AppInstance, AppInstanceUser, Channel, Membership, Room


@dataclass(frozen=True)
class Standing:
    """The bearer of a call, and what they are to the rooms of a channel that the call is about."""

    app_instance: AppInstance
    channel: Channel
    bearer: AppInstanceUser
    rooms: list[Room]

    @property
    def room(self) -> Room:
        return self.rooms[0]

    @property
    def place(self) -> Place:
        return Place(self.app_instance, self.channel, self.room)

    @property
    def is_admin(self) -> bool:
        return self.bearer.arn in self.app_instance.admins

    @property
    def moderates(self) -> bool:
        return moderates(self.app_instance, self.channel, self.bearer.arn)

    @property
    def membership(self) -> Membership | None:
        return next((found for room in self.rooms if (found := room.members.get(self.bearer.arn))), None)

    @property
    def may_read(self) -> bool:
        """What is said of the channel as a whole."""
        return self.channel.privacy == "PUBLIC" or self.membership is not None or self.moderates

    @property
    def may_listen(self) -> bool:
        """What is said in a sub-channel stays in it."""
        return self.may_read if self.channel.elastic is None else self.membership is not None or self.moderates

    @property
    def may_send(self) -> bool:
        return self.membership is not None and self.membership.type == "DEFAULT"


def moderates(app_instance: AppInstance, channel: Channel, arn: str) -> bool:
    """Admins are moderators of every channel."""
    return arn in app_instance.admins or arn in channel.moderators


def stand(call: Call) -> Standing:
    """Raises AWSError when the channel is unknown, or the bearer is no user of its app instance."""
    app_instance, channel = find_channel(call)
    return Standing(app_instance, channel, find_bearer(call, app_instance), channel.rooms)


def stand_in_room(call: Call) -> Standing:
    """In the channel itself, or in the one of its sub-channels that the call must then name."""
    app_instance, channel = find_channel(call)
    bearer = find_bearer(call, app_instance)
    return Standing(app_instance, channel, bearer, [find_room(channel, call.get("SubChannelId"))])


def find_room(channel: Channel, sub_channel_id: str | None) -> Room:
    if channel.elastic is None:
        if sub_channel_id is not None:
            raise bad_request("The channel is not elastic, so it has no sub-channels.")
        return channel
    if sub_channel_id is None:
        raise bad_request("The SubChannelId is missing; the channel is elastic.")
    room = channel.sub_channels.get(sub_channel_id)
    if room is None:
        raise forbidden()
    return room


def stand_as_reader(call: Call) -> Standing:
    return insist(standing := stand(call), allowed=standing.may_read)


def stand_as_listener(call: Call) -> Standing:
    return insist(standing := stand_in_room(call), allowed=standing.may_listen)


def stand_as_moderator(call: Call) -> Standing:
    return insist(standing := stand(call), allowed=standing.moderates)


def insist(standing: Standing, *, allowed: bool) -> Standing:
    if not allowed:
        raise forbidden("The bearer's role in the channel does not allow this.")
    return standing


def refuse_elastic(channel: Channel) -> None:
    if channel.elastic is not None:
        raise bad_request("Elastic channels have no hidden members, preferences or read markers.")
