"""IAM: users and their access keys.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.iam.identities import USER
from localaws.iam.managed_policies import find_boundary
from localaws.iam.pages import page
from localaws.iam.principals import draw_id
from localaws.iam.refusals import already_exists, delete_conflict, limit_exceeded, no_such_entity
from localaws.iam.rows import AccessKey, User
from localaws.iam.tagging import list_of, read_tags

if TYPE_CHECKING:
    from localaws.call import Call, Members

MOST_KEYS = 2


def create_user(call: Call) -> Members:
    if USER.newest(call):
        raise already_exists(f"user with name {call['UserName']}")
    user = User(
        account=call.principal.account,
        name=call["UserName"],
        path=call.get("Path", "/"),
        id=draw_id("AIDA"),
        created_at=int(call.now),
        boundary=find_boundary(call),
        tags=read_tags(call),
    )
    USER.put(call, user)
    return {"User": describe(user)}


def describe(user: User) -> Members:
    return {**describe_briefly(user), "Tags": list_of(user.tags) or None}


def describe_briefly(user: User) -> Members:
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": user.arn,
        "CreateDate": user.created_at,
    }


def get_user(call: Call) -> Members:
    return {"User": describe(USER.find(call))}


def list_users(call: Call) -> Members:
    prefix = call.get("PathPrefix", "/")
    low = f"{call.principal.account}/"
    found, more = page(call, call.store.users, low=low, keep=lambda user: user.path.startswith(prefix))
    return {"Users": [describe_briefly(user) for user in found], **more}


def delete_user(call: Call) -> Members:
    user = USER.find(call)
    if keys_of(call, user):
        raise delete_conflict("delete access keys")
    if user.policies:
        raise delete_conflict("delete policies")
    if user.attached:
        raise delete_conflict("detach all policies")
    USER.remove(call)
    return {}


def keys_of(call: Call, user: User) -> list[AccessKey]:
    return [key for key in call.store.access_keys if (key.account, key.user) == (user.account, user.name)]


def create_access_key(call: Call) -> Members:
    user = USER.find(call)
    if len(keys_of(call, user)) >= MOST_KEYS:
        raise limit_exceeded("AccessKeysPerUser", MOST_KEYS)
    secret = base64.b64encode(os.urandom(30)).decode()
    key = AccessKey(draw_id("AKIA", 16), secret, user.account, user.name, int(call.now))
    call.store.access_keys.put(key.id, key)
    return {"AccessKey": {**describe_key(key), "SecretAccessKey": secret}}


def describe_key(key: AccessKey) -> Members:
    status = "Active" if key.active else "Inactive"
    return {"UserName": key.user, "AccessKeyId": key.id, "Status": status, "CreateDate": key.created_at}


def list_access_keys(call: Call) -> Members:
    return {"AccessKeyMetadata": [describe_key(key) for key in keys_of(call, USER.find(call))], "IsTruncated": False}


def update_access_key(call: Call) -> Members:
    key = find_key(call)
    key.active = call["Status"] == "Active"
    call.store.access_keys.put(key.id, key)
    return {}


def delete_access_key(call: Call) -> Members:
    call.store.access_keys.remove(find_key(call).id)
    return {}


def find_key(call: Call) -> AccessKey:
    found = [key for key in keys_of(call, USER.find(call)) if key.id == call["AccessKeyId"]]
    if not found:
        raise no_such_entity(f"Access Key with id {call['AccessKeyId']}")
    return found[0]


SERVED = {
    "CreateUser": Service((USER.resource,), create_user),
    "GetUser": Service((USER.resource,), get_user),
    "ListUsers": Service((USER.everyone,), list_users),
    "DeleteUser": Service((USER.resource,), delete_user),
    "PutUserPolicy": Service((USER.resource,), USER.put_policy),
    "GetUserPolicy": Service((USER.resource,), USER.get_policy),
    "DeleteUserPolicy": Service((USER.resource,), USER.delete_policy),
    "ListUserPolicies": Service((USER.resource,), USER.list_policies),
    "TagUser": Service((USER.resource,), USER.tag),
    "UntagUser": Service((USER.resource,), USER.untag),
    "ListUserTags": Service((USER.resource,), USER.list_tags),
    "CreateAccessKey": Service((USER.resource,), create_access_key),
    "ListAccessKeys": Service((USER.resource,), list_access_keys),
    "UpdateAccessKey": Service((USER.resource,), update_access_key),
    "DeleteAccessKey": Service((USER.resource,), delete_access_key),
}
