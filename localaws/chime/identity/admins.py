"""Chime SDK identity: who administers an app instance, and so is a moderator of all its channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import every_user, the_admin, the_app_instance
from localaws.chime.lookup import find_app_instance, find_person
from localaws.chime.rows import Admin
from localaws.state.paging import page
from localaws.trouble.amounts import ADMINS
from localaws.wire.errors import conflict, forbidden

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.chime.rows import AppInstance


def create_app_instance_admin(call: Call) -> Members:
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    user = find_person(app_instance, call["AppInstanceAdminArn"])
    if user.arn not in app_instance.admins:
        call.world.quotas.refuse_excess(ADMINS, len(app_instance.admins) + 1)
        app_instance.admins.put(user.arn, Admin(user.arn, call.now))
    elif call.world.behaviour.create_existing_admin == "conflict":
        raise conflict("The user is an admin of the app instance already.")
    return {"AppInstanceAdmin": user.identity, "AppInstanceArn": app_instance.arn}


def describe_app_instance_admin(call: Call) -> Members:
    app_instance, admin = find_admin(call)
    described = {
        "Admin": app_instance.users.rows[admin.admin_arn].identity,
        "AppInstanceArn": app_instance.arn,
        "CreatedTimestamp": admin.created_at,
    }
    return {"AppInstanceAdmin": described}


def list_app_instance_admins(call: Call) -> Members:
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    found, token = page(call, app_instance.admins)
    admins = [{"Admin": app_instance.users.rows[admin.admin_arn].identity} for admin in found]
    return {"AppInstanceArn": app_instance.arn, "AppInstanceAdmins": admins, "NextToken": token}


def delete_app_instance_admin(call: Call) -> Members:
    app_instance, admin = find_admin(call)
    app_instance.admins.remove(admin.admin_arn)
    return {}


def find_admin(call: Call) -> tuple[AppInstance, Admin]:
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    admin = app_instance.admins.get(call["AppInstanceAdminArn"])
    if admin is None:
        raise forbidden()
    return app_instance, admin


SERVED = {
    "CreateAppInstanceAdmin": Service((the_app_instance, the_admin), create_app_instance_admin),
    "DescribeAppInstanceAdmin": Service((the_app_instance, the_admin), describe_app_instance_admin),
    "ListAppInstanceAdmins": Service((the_app_instance, every_user), list_app_instance_admins),
    "DeleteAppInstanceAdmin": Service((the_app_instance, the_admin), delete_app_instance_admin),
}
