from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.user_pools.lookup import find_group, find_pool, find_user, page, the_pool
from localaws.user_pools.rows import Group, Member
from localaws.user_pools.users import describe as describe_user
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.user_pools.rows import UserPool

MOST_GROUPS = 10_000
DETAILS = ("Description", "RoleArn", "Precedence")


def create_group(call: Call) -> Members:
    pool, name = find_pool(call), call["GroupName"]
    if name in pool.groups:
        raise AWSError("GroupExistsException", "A group with the name already exists.")
    if len(pool.groups) >= MOST_GROUPS:
        raise AWSError("LimitExceededException", f"A user pool can't have more than {MOST_GROUPS} groups.")
    details = {member: call[member] for member in DETAILS if member in call.members}
    group = Group(name, details, call.now)
    pool.groups.put(name, group)
    return {"Group": describe(pool, group)}


def delete_group(call: Call) -> Members:
    pool = find_pool(call)
    pool.groups.remove(find_group(call, pool).name)
    return {}


def list_groups(call: Call) -> Members:
    pool = find_pool(call)
    groups, next_token = page(call, pool.groups)
    return {"Groups": [describe(pool, group) for group in groups], "NextToken": next_token}


def admin_add_user_to_group(call: Call) -> Members:
    pool = find_pool(call)
    group, user = find_group(call, pool), find_user(call, pool)
    group.members.put(user.name, Member(user.name))
    return {}


def admin_remove_user_from_group(call: Call) -> Members:
    pool = find_pool(call)
    group, user = find_group(call, pool), find_user(call, pool)
    group.members.remove(user.name)
    return {}


def list_users_in_group(call: Call) -> Members:
    pool = find_pool(call)
    group = find_group(call, pool)
    members, next_token = page(call, group.members)
    users = [pool.users.rows[member.username] for member in members]
    return {"Users": [describe_user(user) for user in users], "NextToken": next_token}


def describe(pool: UserPool, group: Group) -> Members:
    times = {"CreationDate": group.created_at, "LastModifiedDate": group.created_at}
    return {"GroupName": group.name, "UserPoolId": pool.id, **group.details, **times}


SERVED = {
    "CreateGroup": Service((the_pool,), create_group),
    "DeleteGroup": Service((the_pool,), delete_group),
    "ListGroups": Service((the_pool,), list_groups),
    "AdminAddUserToGroup": Service((the_pool,), admin_add_user_to_group),
    "AdminRemoveUserFromGroup": Service((the_pool,), admin_remove_user_from_group),
    "ListUsersInGroup": Service((the_pool,), list_users_in_group),
}
