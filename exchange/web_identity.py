"""AssumeRoleWithWebIdentity: a Grant becomes Credentials by a token that the tenant's portal signs, and no AWS key.

The tags go in the token (IAM User Guide, "Pass session tags using AssumeRoleWithWebIdentity").
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts import signing
from exchange.sts import Credentials, read
from tenants import aws

if TYPE_CHECKING:
    from datetime import datetime

    from exchange.policy import Grant
    from tenants.models import Tenant

# Whom the tokens are for: what IAM's OpenID provider has as its client id.
AUDIENCE = "sts.amazonaws.com"
# STS is shown the token at once; the clocks may differ a little.
_GOOD_FOR = timedelta(minutes=5)


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
        )["Credentials"]
    return read(answer)


def claims(grant: Grant, *, now: datetime) -> dict[str, Any]:
    """What the token says of somebody: their id at Chime, which is no name, as CloudTrail writes it down."""
    return {
        "iss": grant.road.issuer,
        "sub": grant.tags["UserUUID"],
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int((now + _GOOD_FOR).timestamp()),
        "jti": str(grant.exchange_id),
        "https://aws.amazon.com/tags": {
            "principal_tags": {key: [value] for key, value in grant.tags.items()},
            "transitive_tag_keys": [],
        },
        **({"https://aws.amazon.com/source_identity": grant.tags["UserUUID"]} if grant.road.names_source else {}),
    }
