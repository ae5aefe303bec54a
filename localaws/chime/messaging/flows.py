"""Chime SDK messaging: channel flows, and what their processors call back.

https://docs.aws.amazon.com/chime-sdk/latest/dg/using-channel-flows.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from localaws.call import Service, once
from localaws.chime.arns import (
    CHANNEL_FLOW_ARN,
    app_instance_of,
    every_channel_flow,
    region_and_account,
    the_app_instance,
    the_channel_flow,
)
from localaws.chime.lookup import find_app_instance
from localaws.chime.rows import ChannelFlow
from localaws.chime.tags import read_tags
from localaws.state.paging import page
from localaws.trouble.amounts import FLOWS
from localaws.wire.errors import bad_request, conflict, forbidden

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.rows import AppInstance

MOST_PROCESSORS = 1


def create_channel_flow(call: Call) -> Members:
    return once(call, make_channel_flow)


def make_channel_flow(call: Call) -> Members:
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    processors = read_processors(call, app_instance)
    call.world.quotas.refuse_excess(FLOWS, len(app_instance.flows) + 1)
    arn = f"{app_instance.arn}/channel-flow/{uuid.uuid4()}"
    app_instance.flows.put(arn, ChannelFlow(arn, call["Name"], processors, call.now, call.now, read_tags(call)))
    return {"ChannelFlowArn": arn}


def read_processors(call: Call, app_instance: AppInstance) -> list[dict[str, Any]]:
    processors: list[dict[str, Any]] = call["Processors"]
    if len(processors) > MOST_PROCESSORS:
        raise bad_request("A channel flow can't have more than one processor.")
    for processor in processors:
        function = processor["Configuration"]["Lambda"]["ResourceArn"]
        if region_and_account(function) != region_and_account(app_instance.arn):
            raise bad_request("The processor must be in the account and the region of the app instance.")
    return processors


def describe_channel_flow(call: Call) -> Members:
    _, flow = find_flow(call)
    times = {"CreatedTimestamp": flow.created_at, "LastUpdatedTimestamp": flow.updated_at}
    return {"ChannelFlow": {**summarise_flow(flow), **times}}


def summarise_flow(flow: ChannelFlow) -> Members:
    return {"ChannelFlowArn": flow.arn, "Name": flow.name, "Processors": flow.processors}


def list_channel_flows(call: Call) -> Members:
    found, token = page(call, find_app_instance(call, call["AppInstanceArn"]).flows)
    return {"ChannelFlows": [summarise_flow(flow) for flow in found], "NextToken": token}


def update_channel_flow(call: Call) -> Members:
    app_instance, flow = find_flow(call)
    flow.processors = read_processors(call, app_instance)
    flow.name, flow.updated_at = call["Name"], call.now
    app_instance.flows.put(flow.arn, flow)
    return {"ChannelFlowArn": flow.arn}


def delete_channel_flow(call: Call) -> Members:
    app_instance, flow = find_flow(call)
    if any(channel.flow_arn == flow.arn for channel in app_instance.channels):
        raise conflict("The channel flow is associated with channels.")
    app_instance.flows.remove(flow.arn)
    return {}


def list_channels_associated_with_channel_flow(call: Call) -> Members:
    app_instance, flow = find_flow(call)
    found, token = page(call, app_instance.channels, keep=lambda channel: channel.flow_arn == flow.arn)
    channels = [
        {
            "Name": channel.name,
            "ChannelArn": channel.arn,
            "Mode": channel.mode,
            "Privacy": channel.privacy,
            "Metadata": channel.metadata,
        }
        for channel in found
    ]
    return {"Channels": channels, "NextToken": token}


def find_flow(call: Call) -> tuple[AppInstance, ChannelFlow]:
    arn = call["ChannelFlowArn"]
    app_instance = find_app_instance(call, app_instance_of(arn, CHANNEL_FLOW_ARN))
    flow = app_instance.flows.get(arn)
    if flow is None:
        raise forbidden()
    return app_instance, flow


SERVED = {
    "CreateChannelFlow": Service((the_app_instance,), create_channel_flow),
    "DescribeChannelFlow": Service((the_channel_flow,), describe_channel_flow),
    "ListChannelFlows": Service((every_channel_flow,), list_channel_flows),
    "UpdateChannelFlow": Service((the_channel_flow,), update_channel_flow),
    "DeleteChannelFlow": Service((the_channel_flow,), delete_channel_flow),
    "ListChannelsAssociatedWithChannelFlow": Service((the_channel_flow,), list_channels_associated_with_channel_flow),
}
