"""Chime SDK messaging: up to when somebody has read a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.messaging.standing import refuse_elastic, stand
from localaws.wire.errors import forbidden

if TYPE_CHECKING:
    from localaws.call import Call, Members


def update_channel_read_marker(call: Call) -> Members:
    standing = stand(call)
    refuse_elastic(standing.channel)
    membership = standing.membership
    if membership is None:
        raise forbidden("The bearer is no member of the channel.")
    membership.read_at = call.now
    standing.channel.members.put(membership.member_arn, membership)
    return {"ChannelArn": standing.channel.arn}


SERVED = {
    "UpdateChannelReadMarker": Service((the_bearer, the_channel), update_channel_read_marker),
}
