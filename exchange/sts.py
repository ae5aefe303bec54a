"""AssumeRole: a Grant becomes Credentials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenants import aws
from tenants.refusal import Secret

if TYPE_CHECKING:
    from datetime import datetime

    from exchange.policy import Grant


@dataclass(frozen=True, slots=True)
class Credentials:
    access_key_id: str
    secret_access_key: Secret
    session_token: Secret
    expires_at: datetime


def issue(grant: Grant) -> Credentials:
    """Ask STS. Raises one of tenants.failures."""
    with aws.sorted_failures():
        answer = aws.client("sts", grant.region).assume_role(
            RoleArn=grant.role_arn,
            RoleSessionName=grant.session_name,
            DurationSeconds=grant.duration_seconds,
            Tags=[{"Key": key, "Value": value} for key, value in grant.tags.items()],
        )["Credentials"]
    return Credentials(
        answer["AccessKeyId"],
        Secret(answer["SecretAccessKey"]),
        Secret(answer["SessionToken"]),
        answer["Expiration"],
    )
