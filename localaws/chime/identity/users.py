"""Chime SDK identity: the users of an app instance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localaws.call import Service, once
from localaws.chime.arns import every_user, the_new_user, the_user
from localaws.chime.identity.writing import delete_user, refuse_large_metadata, write_user
from localaws.chime.lookup import find_app_instance, find_user, find_user_to_change
from localaws.chime.rows import AppInstanceUser
from localaws.chime.tags import read_tags
from localaws.state.paging import page
from localaws.trouble.amounts import USERS
from localaws.wire.errors import conflict

if TYPE_CHECKING:
    from localaws.call import Call, Members


def create_app_instance_user(call: Call) -> Members:
    return once(call, make_or_find_user)


def make_or_find_user(call: Call) -> Members:
    """AWS's own samples create at every sign-in and rely on nothing happening the second time."""
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    arn = the_new_user(call)
    made = make_user(call, arn)
    present = call.world.propagation.newest(arn, app_instance.users.get(arn))
    if present is None:
        call.world.quotas.refuse_excess(USERS, len(app_instance.users) + 1)
        write_user(call, app_instance, made)
    else:
        refuse_existing_user(call, present)
    return {"AppInstanceUserArn": arn}


def make_user(call: Call, arn: str) -> AppInstanceUser:
    refuse_large_metadata(call)
    return AppInstanceUser(
        arn=arn,
        name=call["Name"],
        metadata=call.get("Metadata"),
        created_at=call.now,
        updated_at=call.now,
        expiration=call.get("ExpirationSettings"),
        tags=read_tags(call),
    )


def refuse_existing_user(call: Call, present: AppInstanceUser) -> None:
    switch = call.world.behaviour.create_existing_user
    if switch == "conflict" or (switch == "same-name" and present.name != call["Name"]):
        raise conflict("An app instance user with this id exists.")


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
    refuse_large_metadata(call)
    app_instance, user = find_user_to_change(call, call["AppInstanceUserArn"])
    changed = replace(user, name=call["Name"], metadata=call["Metadata"], updated_at=call.now)
    write_user(call, app_instance, changed)
    return {"AppInstanceUserArn": user.arn}


def delete_app_instance_user(call: Call) -> Members:
    app_instance, user = find_user_to_change(call, call["AppInstanceUserArn"])
    delete_user(call, app_instance, user)
    return {}


SERVED = {
    "CreateAppInstanceUser": Service((the_new_user,), create_app_instance_user),
    "DescribeAppInstanceUser": Service((the_user,), describe_app_instance_user),
    "ListAppInstanceUsers": Service((every_user,), list_app_instance_users),
    "UpdateAppInstanceUser": Service((the_user,), update_app_instance_user),
    "DeleteAppInstanceUser": Service((the_user,), delete_app_instance_user),
}
