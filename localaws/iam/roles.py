"""IAM: roles.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from localaws.call import Service
from localaws.iam.identities import ROLE
from localaws.iam.managed_policies import find_boundary
from localaws.iam.pages import page
from localaws.iam.principals import draw_id
from localaws.iam.refusals import already_exists, delete_conflict, limit_exceeded
from localaws.iam.rows import Role
from localaws.iam.tagging import list_of, read_tags
from localaws.iam.trust import read_trust

if TYPE_CHECKING:
    from localaws.call import Call, Members

MOST_ROLES = 1_000
SHORTEST_MAXIMUM = 3600


def create_role(call: Call) -> Members:
    account = call.principal.account
    if ROLE.newest(call):
        raise already_exists(f"role with name {call['RoleName']}")
    if sum(role.account == account for role in call.store.roles) >= MOST_ROLES:
        raise limit_exceeded("RolesPerAccount", MOST_ROLES)
    role = Role(
        account=account,
        name=call["RoleName"],
        path=call.get("Path", "/"),
        id=draw_id("AROA"),
        trust_text=read_trust(call, call["AssumeRolePolicyDocument"]),
        created_at=int(call.now),
        max_session=call.get("MaxSessionDuration", SHORTEST_MAXIMUM),
        description=call.get("Description"),
        boundary=find_boundary(call),
        tags=read_tags(call),
    )
    ROLE.put(call, role)
    return {"Role": describe(role)}


def describe(role: Role) -> Members:
    return {
        **describe_briefly(role),
        "Tags": list_of(role.tags) or None,
        "PermissionsBoundary": describe_boundary(role.boundary),
    }


def describe_briefly(role: Role) -> Members:
    """As ListRoles has it: without tags and boundary."""
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.created_at,
        "AssumeRolePolicyDocument": quote(role.trust_text, safe=""),
        "Description": role.description,
        "MaxSessionDuration": role.max_session,
    }


def describe_boundary(arn: str | None) -> Members | None:
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn} if arn else None


def get_role(call: Call) -> Members:
    return {"Role": describe(ROLE.find(call))}


def list_roles(call: Call) -> Members:
    prefix = call.get("PathPrefix", "/")
    low = f"{call.principal.account}/"
    found, more = page(call, call.store.roles, low=low, keep=lambda role: role.path.startswith(prefix))
    return {"Roles": [describe_briefly(role) for role in found], **more}


def update_role(call: Call) -> Members:
    role = ROLE.find(call)
    role.description = call.get("Description", role.description)
    role.max_session = call.get("MaxSessionDuration", role.max_session)
    ROLE.put(call, role)
    return {}


def update_assume_role_policy(call: Call) -> Members:
    role = ROLE.find(call)
    role.trust_text = read_trust(call, call["PolicyDocument"])
    ROLE.put(call, role)
    return {}


def delete_role(call: Call) -> Members:
    role = ROLE.find(call)
    if role.policies:
        raise delete_conflict("delete policies")
    if role.attached:
        raise delete_conflict("detach all policies")
    ROLE.remove(call)
    return {}


SERVED = {
    "CreateRole": Service((ROLE.resource,), create_role),
    "GetRole": Service((ROLE.resource,), get_role),
    "ListRoles": Service((ROLE.everyone,), list_roles),
    "UpdateRole": Service((ROLE.resource,), update_role),
    "DeleteRole": Service((ROLE.resource,), delete_role),
    "UpdateAssumeRolePolicy": Service((ROLE.resource,), update_assume_role_policy),
    "PutRolePolicy": Service((ROLE.resource,), ROLE.put_policy),
    "GetRolePolicy": Service((ROLE.resource,), ROLE.get_policy),
    "DeleteRolePolicy": Service((ROLE.resource,), ROLE.delete_policy),
    "ListRolePolicies": Service((ROLE.resource,), ROLE.list_policies),
    "TagRole": Service((ROLE.resource,), ROLE.tag),
    "UntagRole": Service((ROLE.resource,), ROLE.untag),
    "ListRoleTags": Service((ROLE.resource,), ROLE.list_tags),
}
