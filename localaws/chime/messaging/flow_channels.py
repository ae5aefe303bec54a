"""Chime SDK messaging: which channel goes through which flow, and what a processor says of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_bearer, the_channel, the_channel_flow
from localaws.chime.lookup import find_channel
from localaws.chime.messaging.limits import refuse_excess
from localaws.chime.messaging.processing import deliver, deny
from localaws.chime.messaging.standing import find_room, stand_as_moderator
from localaws.chime.rows import Place
from localaws.wire.errors import bad_request, conflict, forbidden, not_found

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.rows import Processing

SECONDS_TO_CALL_BACK = 48 * 3600
# What a processor may change, by the names of our rows.
CHANGES = {
    "Content": "content",
    "Metadata": "metadata",
    "ContentType": "content_type",
    "MessageAttributes": "attributes",
}


def associate_channel_flow(call: Call) -> Members:
    standing = stand_as_moderator(call)
    channel = standing.channel
    if call["ChannelFlowArn"] not in standing.app_instance.flows:
        raise not_found("The app instance has no such channel flow.")
    if channel.flow_arn is not None:
        raise conflict("The channel is associated with a channel flow already.")
    channel.flow_arn, channel.updated_at = call["ChannelFlowArn"], call.now
    standing.app_instance.channels.put(channel.arn, channel)
    return {}


def disassociate_channel_flow(call: Call) -> Members:
    """What is on its way through the flow is still settled by it."""
    standing = stand_as_moderator(call)
    channel = standing.channel
    if channel.flow_arn != call["ChannelFlowArn"]:
        raise not_found("The channel is not associated with this channel flow.")
    channel.flow_arn, channel.updated_at = None, call.now
    standing.app_instance.channels.put(channel.arn, channel)
    return {}


def channel_flow_callback(call: Call) -> Members:
    app_instance, channel = find_channel(call)
    processing = channel.processing.get(call["CallbackId"])
    if processing is None or call.now - processing.handed_at > SECONDS_TO_CALL_BACK:
        raise forbidden()
    refuse_mismatch(call, processing)
    refuse_excess(call["ChannelMessage"], "STANDARD")
    place = Place(app_instance, channel, find_room(channel, processing.sub_channel_id))
    if call.get("DeleteResource"):
        deny(call.world, place, processing)
    else:
        given = call["ChannelMessage"]
        changes = {field: given[name] for name, field in CHANGES.items() if name in given}
        deliver(call.world, place, processing, changes)
    return {"ChannelArn": channel.arn, "CallbackId": processing.callback_id}


def refuse_mismatch(call: Call, processing: Processing) -> None:
    given = call["ChannelMessage"]
    if given["MessageId"] != processing.draft["id"]:
        raise bad_request("The CallbackId is that of another message.")
    if given.get("SubChannelId", processing.sub_channel_id) != processing.sub_channel_id:
        raise bad_request("The message is in another sub-channel.")


SERVED = {
    "AssociateChannelFlow": Service((the_bearer, the_channel, the_channel_flow), associate_channel_flow),
    "DisassociateChannelFlow": Service((the_bearer, the_channel, the_channel_flow), disassociate_channel_flow),
    "ChannelFlowCallback": Service((the_channel,), channel_flow_callback),
}
