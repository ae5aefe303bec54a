"""AssumeRoleWithWebIdentity: a Grant becomes Credentials by a token that the tenant's portal signs, and no AWS key.

The tags go in the token (IAM User Guide, "Pass session tags using AssumeRoleWithWebIdentity").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts import signing
from accounts.vouching import AUDIENCE, GOOD_FOR
from exchange.sts import Credentials, narrowed, read
from exchange.tags import claims_of
from tenants import aws

if TYPE_CHECKING:
    from datetime import datetime

    from exchange.policy import Grant
    from tenants.models import Tenant


def issue(tenant: Tenant, grant: Grant) -> Credentials:
    """Ask STS. Raises one of tenants.failures."""
    now = timezone.now()
    token = signing.sign(tenant, claims(grant, now=now), now=now)
    with aws.sorted_failures():
        answer = aws.unsigned_sts(grant.road.region).assume_role_with_web_identity(
            RoleArn=grant.role_arn,
            RoleSessionName=grant.session_name,
            DurationSeconds=grant.duration_seconds,
            WebIdentityToken=token.reveal(),
            **narrowed(grant),  # type: ignore[arg-type]
        )["Credentials"]
    return read(answer)


def claims(grant: Grant, *, now: datetime) -> dict[str, Any]:
    """What the token says of somebody: their id at Chime, which is no name, as CloudTrail writes it down."""
    return {
        "iss": grant.road.issuer,
        "sub": grant.tags["UserUUID"],
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int((now + GOOD_FOR).timestamp()),
        "jti": str(grant.exchange_id),
        **claims_of(grant.tags),
        **({"https://aws.amazon.com/source_identity": grant.tags["UserUUID"]} if grant.road.names_source else {}),
    }
