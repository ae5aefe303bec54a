"""What an administrator does with a pool's users. Nobody gets a letter, since nobody signs in here."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.user_pools.attributes import check_attributes, read_attributes
from localaws.user_pools.filters import read_filter
from localaws.user_pools.lookup import find_pool, find_user, page, the_pool
from localaws.user_pools.rows import PoolUser
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Collection

    from localaws.call import Call, Members

# Everybody here was made by an administrator, with a password that they never changed.
STATUS = "FORCE_CHANGE_PASSWORD"


def admin_create_user(call: Call) -> Members:
    pool, name = find_pool(call), call["Username"]
    attributes = read_attributes(call.get("UserAttributes", []))
    if name in pool.users:
        raise AWSError("UsernameExistsException", "User account already exists.")
    user = PoolUser(name, {"sub": str(uuid.uuid4()), **attributes}, call.now, call.now)
    pool.users.put(name, user)
    return {"User": describe(user)}


def admin_update_user_attributes(call: Call) -> Members:
    """An attribute with an empty value is taken away."""
    pool = find_pool(call)
    user = find_user(call, pool)
    changed = {**user.attributes, **read_attributes(call["UserAttributes"])}
    user.attributes, user.changed_at = {name: value for name, value in changed.items() if value}, call.now
    pool.users.put(user.name, user)
    return {}


def admin_disable_user(call: Call) -> Members:
    return switch(call, on=False)


def admin_enable_user(call: Call) -> Members:
    return switch(call, on=True)


def switch(call: Call, *, on: bool) -> Members:
    pool = find_pool(call)
    user = find_user(call, pool)
    user.enabled, user.changed_at = on, call.now
    pool.users.put(user.name, user)
    return {}


def admin_delete_user(call: Call) -> Members:
    pool = find_pool(call)
    user = find_user(call, pool)
    for group in pool.groups:
        group.members.remove(user.name)
    pool.users.remove(user.name)
    return {}


def list_users(call: Call) -> Members:
    pool, wanted = find_pool(call), call.get("AttributesToGet")
    check_attributes(wanted or [])
    keep = read_filter(call.get("Filter", ""), STATUS)
    users, next_token = page(call, pool.users, named="PaginationToken", keep=keep)
    return {"Users": [describe(user, wanted) for user in users], "PaginationToken": next_token}


def describe(user: PoolUser, wanted: Collection[str] | None = None) -> Members:
    attributes = [
        {"Name": name, "Value": value} for name, value in user.attributes.items() if wanted is None or name in wanted
    ]
    return {
        "Username": user.name,
        "Attributes": attributes,
        "UserCreateDate": user.created_at,
        "UserLastModifiedDate": user.changed_at,
        "Enabled": user.enabled,
        "UserStatus": STATUS,
    }


SERVED = {
    "AdminCreateUser": Service((the_pool,), admin_create_user),
    "AdminUpdateUserAttributes": Service((the_pool,), admin_update_user_attributes),
    "AdminDisableUser": Service((the_pool,), admin_disable_user),
    "AdminEnableUser": Service((the_pool,), admin_enable_user),
    "AdminDeleteUser": Service((the_pool,), admin_delete_user),
    "ListUsers": Service((the_pool,), list_users),
}
