"""Chime SDK messaging: the sub-channels of an elastic channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel
from localaws.chime.messaging.standing import stand_as_moderator
from localaws.state.paging import page
from localaws.wire.errors import bad_request

if TYPE_CHECKING:
    from localaws.call import Call, Members


def list_sub_channels(call: Call) -> Members:
    channel = stand_as_moderator(call).channel
    if channel.elastic is None:
        raise bad_request("The channel is not elastic, so it has no sub-channels.")
    found, token = page(call, channel.sub_channels)
    listed = [{"SubChannelId": each.sub_channel_id, "MembershipCount": len(each.members)} for each in found]
    return {"ChannelArn": channel.arn, "SubChannels": listed, "NextToken": token}


SERVED = {
    "ListSubChannels": Service((the_bearer, the_channel), list_sub_channels),
}
