"""Chime SDK identity: app instances and their users."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localaws.call import Service, once
from localaws.chime.arns import anything, every_app_instance, every_user, the_app_instance, the_new_user, the_user
from localaws.chime.lookup import find_app_instance, find_user
from localaws.chime.rows import AppInstance, AppInstanceUser
from localaws.state.paging import page
from localaws.wire.errors import conflict

if TYPE_CHECKING:
    from localaws.call import Call, Members


def create_app_instance(call: Call) -> Members:
    return once(call, make_app_instance)


def make_app_instance(call: Call) -> Members:
    arn = f"arn:aws:chime:{call.region}:{call.principal.account}:app-instance/{uuid.uuid4()}"
    made = AppInstance(arn, call["Name"], call.get("Metadata"), created_at=call.now, updated_at=call.now)
    call.store.app_instances.put(arn, made)
    return {"AppInstanceArn": arn}


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
    found = find_app_instance(call, call["AppInstanceArn"])
    found.name, found.metadata, found.updated_at = call["Name"], call["Metadata"], call.now
    return {"AppInstanceArn": found.arn}


def delete_app_instance(call: Call) -> Members:
    call.store.remove_app_instance(find_app_instance(call, call["AppInstanceArn"]))
    return {}


def create_app_instance_user(call: Call) -> Members:
    """AWS's own samples create at every sign-in and rely on nothing happening the second time."""
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    arn = the_new_user(call)
    present = app_instance.users.get(arn)
    if present and present.name != call["Name"]:
        raise conflict("An app instance user with this id exists, and has another name.")
    if not present:
        app_instance.users.put(arn, make_user(call, arn))
    return {"AppInstanceUserArn": arn}


def make_user(call: Call, arn: str) -> AppInstanceUser:
    return AppInstanceUser(
        arn=arn,
        name=call["Name"],
        metadata=call.get("Metadata"),
        created_at=call.now,
        updated_at=call.now,
        expiration=call.get("ExpirationSettings"),
    )


def describe_app_instance_user(call: Call) -> Members:
    _, user = find_user(call, call["AppInstanceUserArn"])
    times = {"CreatedTimestamp": user.created_at, "LastUpdatedTimestamp": user.updated_at}
    return {"AppInstanceUser": {**summarise_user(user), **times, "ExpirationSettings": user.expiration}}


def summarise_user(user: AppInstanceUser) -> Members:
    return {"AppInstanceUserArn": user.arn, "Name": user.name, "Metadata": user.metadata}


def list_app_instance_users(call: Call) -> Members:
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    found, token = page(call, app_instance.users)
    users = [summarise_user(user) for user in found]
    return {"AppInstanceArn": app_instance.arn, "AppInstanceUsers": users, "NextToken": token}


def update_app_instance_user(call: Call) -> Members:
    _, user = find_user(call, call["AppInstanceUserArn"])
    user.name, user.metadata, user.updated_at = call["Name"], call["Metadata"], call.now
    return {"AppInstanceUserArn": user.arn}


def delete_app_instance_user(call: Call) -> Members:
    app_instance, user = find_user(call, call["AppInstanceUserArn"])
    call.store.remove_user(app_instance, user.arn)
    return {}


def put_app_instance_user_expiration_settings(call: Call) -> Members:
    """Without settings the user does not expire any more."""
    _, user = find_user(call, call["AppInstanceUserArn"])
    user.expiration, user.updated_at = call.get("ExpirationSettings"), call.now
    return {"AppInstanceUserArn": user.arn, "ExpirationSettings": user.expiration}


SERVED = {
    "CreateAppInstance": Service((anything,), create_app_instance),
    "DescribeAppInstance": Service((the_app_instance,), describe_app_instance),
    "ListAppInstances": Service((every_app_instance,), list_app_instances),
    "UpdateAppInstance": Service((the_app_instance,), update_app_instance),
    "DeleteAppInstance": Service((the_app_instance,), delete_app_instance),
    "CreateAppInstanceUser": Service((the_new_user,), create_app_instance_user),
    "DescribeAppInstanceUser": Service((the_user,), describe_app_instance_user),
    "ListAppInstanceUsers": Service((every_user,), list_app_instance_users),
    "UpdateAppInstanceUser": Service((the_user,), update_app_instance_user),
    "DeleteAppInstanceUser": Service((the_user,), delete_app_instance_user),
    "PutAppInstanceUserExpirationSettings": Service((the_user,), put_app_instance_user_expiration_settings),
}
