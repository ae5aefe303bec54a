"""Chime SDK identity: app instances."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localaws.call import Service, once
from localaws.chime.arns import anything, every_app_instance, the_app_instance
from localaws.chime.identity.departures import remove_app_instance
from localaws.chime.identity.writing import refuse_large_metadata
from localaws.chime.lookup import find_app_instance
from localaws.chime.rows import AppInstance
from localaws.chime.tags import read_tags
from localaws.state.paging import page
from localaws.trouble.amounts import APP_INSTANCES

if TYPE_CHECKING:
    from localaws.call import Call, Members


def create_app_instance(call: Call) -> Members:
    return once(call, make_app_instance)


def make_app_instance(call: Call) -> Members:
    refuse_large_metadata(call)
    made = AppInstance(
        arn=f"arn:aws:chime:{call.region}:{call.principal.account}:app-instance/{uuid.uuid4()}",
        name=call["Name"],
        metadata=call.get("Metadata"),
        created_at=call.now,
        updated_at=call.now,
        tags=read_tags(call),
    )
    call.world.quotas.refuse_excess(APP_INSTANCES, 1 + count_app_instances(call))
    call.store.app_instances.put(made.arn, made)
    return {"AppInstanceArn": made.arn}


def count_app_instances(call: Call) -> int:
    """Of the account, in the region."""
    prefix = f"arn:aws:chime:{call.region}:{call.principal.account}:app-instance/"
    return sum(arn.startswith(prefix) for arn in call.store.app_instances.rows)


def describe_app_instance(call: Call) -> Members:
    found = find_app_instance(call, call["AppInstanceArn"])
    times = {"CreatedTimestamp": found.created_at, "LastUpdatedTimestamp": found.updated_at}
    return {"AppInstance": {**summarise_app_instance(found), **times}}


def summarise_app_instance(found: AppInstance) -> Members:
    return {"AppInstanceArn": found.arn, "Name": found.name, "Metadata": found.metadata}


def list_app_instances(call: Call) -> Members:
    prefix = f"arn:aws:chime:{call.region}:{call.principal.account}:app-instance/"
    found, token = page(call, call.store.app_instances, low=prefix, high=prefix + "~")
    return {"AppInstances": [summarise_app_instance(each) for each in found], "NextToken": token}


def update_app_instance(call: Call) -> Members:
    refuse_large_metadata(call)
    found = find_app_instance(call, call["AppInstanceArn"])
    found.name, found.metadata, found.updated_at = call["Name"], call["Metadata"], call.now
    call.store.app_instances.put(found.arn, found)
    return {"AppInstanceArn": found.arn}


def delete_app_instance(call: Call) -> Members:
    """AWS deletes in the background; until the DeleteAppInstanceDelay is over everything works as before."""
    found = find_app_instance(call, call["AppInstanceArn"])
    world = call.world
    delay = world.behaviour.delete_app_instance_delay
    world.propagation.change(found.arn, None, lambda: remove_app_instance(world, found), delay)
    return {}


SERVED = {
    "CreateAppInstance": Service((anything,), create_app_instance),
    "DescribeAppInstance": Service((the_app_instance,), describe_app_instance),
    "ListAppInstances": Service((every_app_instance,), list_app_instances),
    "UpdateAppInstance": Service((the_app_instance,), update_app_instance),
    "DeleteAppInstance": Service((the_app_instance,), delete_app_instance),
}
