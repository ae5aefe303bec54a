"""SCIM tokens: `cis_`, eight characters to know one by, and a secret of 256 bits of which only an HMAC is kept.

Several are good at a time, so that a directory can be given another one before its old one ends.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import SCIMToken
from audit.log import record
from audit.names import EventName
from tenants.prepared import Prepared
from tenants.refusal import Refusal, Secret

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import IdentityProvider
    from tenants.models import Tenant

MAX_DAYS = 730  # Two years: directories keep a token for long, and somebody has to paste each new one.
_PREFIX_LENGTH = 12  # "cis_" and eight characters
_TOKEN_LENGTH_MAX = 100
_TOUCH_EVERY = timedelta(minutes=1)


@transaction.atomic(durable=True)
def issue_scim_token(
    tenant: Tenant,
    *,
    name: str,
    days: int,
    provider: IdentityProvider | None,
    when_inactive: str,
    when_deleted: str,
    now: datetime,
) -> tuple[SCIMToken, Secret]:
    """Make a token for a directory; the secret is returned this once. Raises ValidationError or a Refusal."""
    if not 1 <= days <= MAX_DAYS:
        raise Refusal("invalid_lifetime", f"A SCIM token lives between 1 and {MAX_DAYS} days.", status=400)
    if provider is not None and provider.tenant_id != tenant.pk:
        raise Refusal("unknown_provider", "There is no such identity provider in this tenant.", status=404)
    prefix = f"cis_{secrets.token_hex(4)}"
    secret = Secret(f"{prefix}_{secrets.token_urlsafe(32)}")
    token = SCIMToken(tenant=tenant, name=name.strip(), prefix=prefix, provider=provider)
    token.when_inactive, token.when_deleted = when_inactive, when_deleted
    token.digest, token.expires_at = _digests(secret)[0], now + timedelta(days=days)
    token.full_clean()
    token.save(force_insert=True)
    record(EventName.SCIM_TOKEN_ISSUED, tenant_id=tenant.pk, subject_id=token.pk, token=prefix, label=token.name)
    return token, secret


_BY_PREFIX = Prepared(
    lambda tenant, prefix: SCIMToken.objects.filter(tenant=tenant, prefix=prefix).order_by(), tenant=UUID, prefix=str
)


@transaction.atomic(durable=True)
def revoke_scim_token(token: SCIMToken) -> None:
    """End a token for good."""
    valid = SCIMToken.objects.filter(tenant=token.tenant, pk=token.pk, revoked_at=None)
    if valid.update(revoked_at=timezone.now()):
        record(EventName.SCIM_TOKEN_REVOKED, tenant_id=token.tenant_id, subject_id=token.pk, token=token.prefix)


def find_scim_token(tenant: Tenant, presented: Secret, *, now: datetime) -> SCIMToken | None:
    """Return the tenant's token with exactly this secret, if it is good, and note that it was used."""
    text = presented.reveal()
    if not text.startswith("cis_") or len(text) > _TOKEN_LENGTH_MAX or not text.isascii():
        return None
    token = _BY_PREFIX.first(tenant=tenant.pk, prefix=text[:_PREFIX_LENGTH])
    kept = token.digest if token else ""
    matches = [secrets.compare_digest(kept, digest) for digest in _digests(presented)]
    if token is None or not any(matches) or not token.is_valid_at(now):
        return None
    token.tenant = tenant
    _touch(token, now=now)
    return token


def _touch(token: SCIMToken, *, now: datetime) -> None:
    """Note the use, unless that was noted a moment ago."""
    noted = cache.get(f"touched:{token.prefix}")
    if noted is None or now - noted > _TOUCH_EVERY:
        cache.set(f"touched:{token.prefix}", now)
        SCIMToken.objects.filter(tenant=token.tenant_id, pk=token.pk).update(last_used_at=now)


def _digests(secret: Secret) -> list[str]:
    """Return the HMAC under the portal's key, and under each of its former ones."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = (salted_hmac("accounts.scim.tokens", secret.reveal(), secret=key, algorithm="sha256") for key in keys)
    return [one.hexdigest() for one in made]
