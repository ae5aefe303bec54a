"""AssumeRole: a Grant becomes Credentials, by the portal's own access to AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exchange import fair_share
from tenants import aws
from tenants.refusal import Secret

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_sts.type_defs import CredentialsTypeDef

    from exchange.policy import Grant
    from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Credentials:
    access_key_id: str
    secret_access_key: Secret
    session_token: Secret
    expires_at: datetime


def issue(tenant: Tenant, grant: Grant) -> Credentials:
    """Ask STS. Raises one of tenants.failures."""
    fair_share.take(tenant)
    with aws.sorted_failures():
        answer = aws.client("sts", grant.road.region).assume_role(
            RoleArn=grant.role_arn,
            RoleSessionName=grant.session_name,
            DurationSeconds=grant.duration_seconds,
            Tags=[{"Key": key, "Value": value} for key, value in grant.tags.items()],
            **_optional(grant),
        )["Credentials"]
    return read(answer)


def _optional(grant: Grant) -> dict[str, Any]:
    """What a tenant's own account may demand (ExternalId), and what only some trust policies allow (SourceIdentity)."""
    external_id = {"ExternalId": grant.road.external_id} if grant.road.external_id else {}
    source = {"SourceIdentity": grant.tags["UserUUID"]} if grant.road.names_source else {}
    return external_id | source | narrowed(grant)


def narrowed(grant: Grant) -> dict[str, str]:
    """The session policy, where the rule wants one: what is allowed is what both it and the role allow."""
    return {"Policy": grant.session_policy} if grant.session_policy else {}


def read(answer: CredentialsTypeDef) -> Credentials:
    return Credentials(
        answer["AccessKeyId"],
        Secret(answer["SecretAccessKey"]),
        Secret(answer["SessionToken"]),
        answer["Expiration"],
    )
