"""Who somebody is in a channel. The service asks this after IAM has said yes.

https://docs.aws.amazon.com/chime-sdk/latest/dg/auth-by-role.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.chime.lookup import find_bearer, find_channel
from localaws.wire.errors import forbidden

if TYPE_CHECKING:
    from localaws.call import Call
    from localaws.chime.rows import AppInstance, AppInstanceUser, Channel, Membership


@dataclass(frozen=True)
class Standing:
    """The bearer of a call, and what they are to the channel that the call is about."""

    app_instance: AppInstance
    channel: Channel
    bearer: AppInstanceUser

    @property
    def is_admin(self) -> bool:
        return self.bearer.arn in self.app_instance.admins

    @property
    def moderates(self) -> bool:
        return self.is_admin or self.bearer.arn in self.channel.moderators

    @property
    def membership(self) -> Membership | None:
        return self.channel.members.get(self.bearer.arn)

    @property
    def may_read(self) -> bool:
        return self.channel.privacy == "PUBLIC" or self.membership is not None or self.moderates

    @property
    def may_send(self) -> bool:
        return self.membership is not None and self.membership.type == "DEFAULT"


def stand(call: Call) -> Standing:
    """Raises AWSError when the channel is unknown, or the bearer is no user of its app instance."""
    app_instance, channel = find_channel(call)
    return Standing(app_instance, channel, find_bearer(call, app_instance))


def stand_as_reader(call: Call) -> Standing:
    return insist(standing := stand(call), allowed=standing.may_read)


def stand_as_moderator(call: Call) -> Standing:
    return insist(standing := stand(call), allowed=standing.moderates)


def insist(standing: Standing, *, allowed: bool) -> Standing:
    if not allowed:
        raise forbidden("The bearer's role in the channel does not allow this.")
    return standing
