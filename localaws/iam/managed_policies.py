"""IAM: customer managed policies, each in one version, attached to roles and users.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from localaws.call import Service
from localaws.iam.arns import named_by
from localaws.iam.directory import key_of, key_of_arn
from localaws.iam.identities import ROLE, USER, Kind, read_document, weigh
from localaws.iam.pages import page, page_of_names
from localaws.iam.principals import draw_id
from localaws.iam.refusals import already_exists, delete_conflict, limit_exceeded, no_such_entity
from localaws.iam.rows import ManagedPolicy
from localaws.iam.tagging import list_of, read_tags

if TYPE_CHECKING:
    from localaws.call import Call, Members

ONLY_VERSION = "v1"
LONGEST_POLICY = 6_144
MOST_ATTACHED = 10


def create_policy(call: Call) -> Members:
    key = key_of(call.principal.account, call["PolicyName"])
    if key in call.store.managed_policies:
        raise already_exists(f"policy with name {call['PolicyName']}")
    if weigh(call["PolicyDocument"]) > LONGEST_POLICY:
        raise limit_exceeded("PolicySize", LONGEST_POLICY)
    policy = ManagedPolicy(
        account=call.principal.account,
        name=call["PolicyName"],
        path=call.get("Path", "/"),
        id=draw_id("ANPA"),
        document=read_document(call["PolicyDocument"]),
        created_at=int(call.now),
        description=call.get("Description"),
        tags=read_tags(call),
    )
    call.store.managed_policies.put(key, policy)
    return {"Policy": describe(call, policy)}


def describe(call: Call, policy: ManagedPolicy) -> Members:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": ONLY_VERSION,
        "AttachmentCount": len(attached_to(call, policy)),
        "IsAttachable": True,
        "Description": policy.description,
        "CreateDate": policy.created_at,
        "UpdateDate": policy.created_at,
        "Tags": list_of(policy.tags) or None,
    }


def attached_to(call: Call, policy: ManagedPolicy) -> list[Any]:
    return [row for row in [*call.store.roles, *call.store.users] if policy.arn in (*row.attached, row.boundary)]


def find_policy(call: Call, arn: str) -> ManagedPolicy:
    policy = call.world.iam.find_policy(arn)
    if policy is None or policy.account != call.principal.account:
        raise no_such_entity(f"policy {arn[:256]}")
    return policy


def find_boundary(call: Call) -> str | None:
    """The ARN of the boundary that is asked for, once it is known to exist."""
    arn = call.get("PermissionsBoundary")
    return find_policy(call, arn).arn if arn else None


def get_policy(call: Call) -> Members:
    return {"Policy": describe(call, find_policy(call, call["PolicyArn"]))}


def get_policy_version(call: Call) -> Members:
    policy = find_policy(call, call["PolicyArn"])
    if call["VersionId"] != ONLY_VERSION:
        raise no_such_entity(f"policy version {call['VersionId']}")
    document = quote(policy.document, safe="")
    version = {"Document": document, "VersionId": ONLY_VERSION, "IsDefaultVersion": True}
    return {"PolicyVersion": {**version, "CreateDate": policy.created_at}}


def list_policies(call: Call) -> Members:
    prefix = call.get("PathPrefix", "/")
    low = f"{call.principal.account}/"
    found, more = page(call, call.store.managed_policies, low=low, keep=lambda policy: policy.path.startswith(prefix))
    return {"Policies": [{**describe(call, policy), "Tags": None} for policy in found], **more}


def delete_policy(call: Call) -> Members:
    policy = find_policy(call, call["PolicyArn"])
    if attached_to(call, policy):
        raise delete_conflict("detach the policy from all entities")
    call.store.managed_policies.remove(key_of_arn(policy.arn))
    return {}


def attach(kind: Kind, call: Call) -> Members:
    """Once more is as good as once."""
    row, policy = kind.find(call), find_policy(call, call["PolicyArn"])
    attached = list(dict.fromkeys([*row.attached, policy.arn]))
    if len(attached) > MOST_ATTACHED:
        raise limit_exceeded(f"PoliciesPer{kind.noun}", MOST_ATTACHED)
    row.attached = attached
    kind.put(call, row)
    return {}


def detach(kind: Kind, call: Call) -> Members:
    row = kind.find(call)
    if call["PolicyArn"] not in row.attached:
        raise no_such_entity(f"attached policy {call['PolicyArn'][:256]}")
    row.attached = [arn for arn in row.attached if arn != call["PolicyArn"]]
    kind.put(call, row)
    return {}


def list_attached(kind: Kind, call: Call) -> Members:
    arns, more = page_of_names(call, kind.find(call).attached)
    return {"AttachedPolicies": [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns], **more}


def the_new_policy(call: Call) -> str:
    return f"arn:aws:iam::{call.principal.account}:policy{call.get('Path', '/')}{call['PolicyName']}"


def every_policy(call: Call) -> str:
    return f"arn:aws:iam::{call.principal.account}:policy{call.get('PathPrefix', '/')}"


the_policy = named_by("PolicyArn")

SERVED = {
    "CreatePolicy": Service((the_new_policy,), create_policy),
    "GetPolicy": Service((the_policy,), get_policy),
    "GetPolicyVersion": Service((the_policy,), get_policy_version),
    "ListPolicies": Service((every_policy,), list_policies),
    "DeletePolicy": Service((the_policy,), delete_policy),
} | {
    name: Service((kind.resource,), partial(work, kind))
    for kind in (ROLE, USER)
    for name, work in {
        f"Attach{kind.noun}Policy": attach,
        f"Detach{kind.noun}Policy": detach,
        f"ListAttached{kind.noun}Policies": list_attached,
    }.items()
}
