from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.chime.arns import region_and_account
from localaws.chime.tags import tags_of
from localaws.cognito.tags import tags_of as tags_of_pool
from localaws.iam.context import describe_principal, describe_request, describe_resource, describe_tags
from localaws.iam.permissions import rule
from localaws.iam.policy import Question
from localaws.user_pools.tags import POOL_ARN
from localaws.user_pools.tags import tags_of as tags_of_user_pool
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from localaws.call import Call, Service
    from localaws.iam.principals import Principal
    from localaws.trouble.call_log import Entry
    from localaws.wire.request import Request

IAM_ARN, COGNITO_ARN = "arn:aws:iam::", "arn:aws:cognito-identity:"
TAGS = ("Tags", "IdentityPoolTags", "UserPoolTags")


def gather_conditions(
    principal: Principal, request: Request, region: str, now: datetime, members: dict[str, Any]
) -> dict[str, tuple[str, ...]]:
    given: Any = next((members[name] for name in TAGS if name in members), [])
    # Cognito's tags are an object, all others' a list.
    tags = given if isinstance(given, dict) else {tag["Key"]: tag["Value"] for tag in given}
    keys = (*tags, *members.get("TagKeys", []))
    return {**describe_principal(principal), **describe_request(request, region, now), **describe_tags(tags, keys)}


def authorise(call: Call, service: Service, entry: Entry) -> None:
    """Every resource of the call must be allowed. The bearer is one of them, beside the channel."""
    action = f"{call.operation.dialect.signing_name}:{call.operation.name}"
    entry.bearer = call.get("ChimeBearer")
    entry.decided_by = call.decided_by
    entry.resources = [resource(call) for resource in service.resources]
    for resource in entry.resources:
        conditions = {**call.conditions, **describe_resource(find_tags(call, resource))}
        ruling = rule(call.principal, Question(action, resource, conditions))
        call.decided_by.extend(ruling.decided_by)
        denial = ruling.denial
        if denial is None and is_foreign(call, resource):
            denial = f"User: {call.principal.arn} is not authorized to perform: {action} on resource: {resource}"
        if denial:
            raise AWSError(call.operation.dialect.denied, denial)
    entry.verdict = "allowed"


def find_tags(call: Call, resource: str) -> Mapping[str, str]:
    if resource.startswith(IAM_ARN):
        return call.world.iam.find_tags(resource)
    if resource.startswith(COGNITO_ARN):
        return tags_of_pool(call.store, resource)
    if resource.startswith(POOL_ARN):
        return tags_of_user_pool(call.store, resource)
    return tags_of(call.store, resource)


def is_foreign(call: Call, resource: str) -> bool:
    """Only roles have policies of their own, which STS asks itself; so nobody reaches into another account."""
    return resource != "*" and region_and_account(resource)[1] != call.principal.account
