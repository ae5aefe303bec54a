"""How the portal itself is somebody at AWS without a key: by a token that a tenant's portal signs about itself.

IAM User Guide, "OIDC federation"; the role's trust policy names this subject, which is no user's.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts import signing
from tenants.models import Tenant
from tenants.scope import scope

if TYPE_CHECKING:
    from uuid import UUID

# Whom tokens for AWS are for: what IAM's OpenID provider has as its client id.
AUDIENCE = "sts.amazonaws.com"
# The subject of the portal's own tokens. Users have UUIDs.
SUBJECT = "portal"
# STS is shown the token at once; the clocks may differ a little.
GOOD_FOR = timedelta(minutes=5)


def token_of_portal(tenant_id: UUID, issuer: str) -> str:
    """Return a token about the portal itself, signed by this tenant's portal for AWS's STS."""
    now, tenant = timezone.now(), Tenant.objects.get(pk=tenant_id)
    claims = {
        "iss": issuer,
        "sub": SUBJECT,
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int((now + GOOD_FOR).timestamp()),
        "jti": uuid.uuid4().hex,
    }
    with scope(tenant):
        return signing.sign(tenant, claims, now=now).reveal()
