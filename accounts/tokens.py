"""API tokens: `cip_`, eight characters to know it by, and a secret of 256 bits of which only a digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts import clients
from accounts.models import APIToken, User
from audit.log import record
from audit.names import EventName
from tenants.prepared import Prepared
from tenants.refusal import Refusal, Secret

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tenants.models import Tenant

_PREFIX_LENGTH = 12  # "cip_" and eight characters
_TOKEN_LENGTH_MAX = 100
# Days. A token outlives its maker's attention, never their employment: a year is the longest.
MAX_DAYS = 365
# The last use is written at most once in this time, so that a busy app does not become a busy row.
_TOUCH_EVERY = timedelta(minutes=1)


@transaction.atomic(durable=True)
def issue_token(user: User, *, name: str, days: int, now: datetime) -> tuple[APIToken, Secret]:
    """Make a token that stands for `user`; the secret is returned this once. Raises ValidationError or a Refusal."""
    if not 1 <= days <= MAX_DAYS:
        raise Refusal("invalid_lifetime", f"A token lives between 1 and {MAX_DAYS} days.", status=400)
    if user.tenant is None or not user.is_active:
        raise Refusal("unknown_user", "There is no such active user in this tenant.", status=404)
    prefix = f"cip_{secrets.token_hex(4)}"
    secret = Secret(f"{prefix}_{secrets.token_urlsafe(32)}")
    token = APIToken(tenant=user.tenant, user=user, name=name.strip(), prefix=prefix, digest=_digest(secret))
    token.expires_at = now + timedelta(days=days)
    token.full_clean()
    token.save(force_insert=True)
    record(EventName.TOKEN_ISSUED, tenant_id=user.tenant_id, subject_id=user.pk, token=prefix, label=token.name)
    return token, secret


@transaction.atomic(durable=True)
def revoke_token(tenant: Tenant, token_id: UUID, *, of: User | None = None) -> None:
    """Revoke a token of this tenant (of this user, when given) for good. Raises a Refusal when there is none."""
    tokens = APIToken.objects.filter(tenant=tenant, pk=token_id, **({"user": of} if of else {}))
    token = tokens.first()
    if token is None:
        raise Refusal("unknown_token", "There is no such API token.", status=404)
    if tokens.filter(revoked_at=None).update(revoked_at=timezone.now()):
        record(EventName.TOKEN_REVOKED, tenant_id=tenant.pk, subject_id=token.user_id, token=token.prefix)


@transaction.atomic(durable=True)
def revoke_all_tokens(tenant: Tenant, user: User) -> None:
    """End every token that stands for this user: API tokens, and those of OAuth clients."""
    end_tokens(tenant, [user.pk])
    clients.end_tokens([user.pk])


def end_tokens(tenant: Tenant, user_ids: Iterable[UUID]) -> None:
    """Revoke every token that stands for one of these users, in the caller's transaction."""
    valid = APIToken.objects.filter(tenant=tenant, user__in=list(user_ids), revoked_at=None)
    ended = list(valid.values_list("prefix", "user_id"))
    valid.update(revoked_at=timezone.now())
    for prefix, user_id in ended:
        record(EventName.TOKEN_REVOKED, tenant_id=tenant.pk, subject_id=user_id, token=prefix)


_BY_PREFIX = Prepared(
    lambda tenant, prefix: APIToken.objects.filter(tenant=tenant, prefix=prefix).order_by(), tenant=UUID, prefix=str
)


def find_token(tenant: Tenant, presented: Secret) -> APIToken | None:
    """Return the tenant's token with exactly this secret, in whatever state it is."""
    text = presented.reveal()
    if not text.startswith("cip_") or len(text) > _TOKEN_LENGTH_MAX or not text.isascii():
        return None
    token = _BY_PREFIX.first(tenant=tenant.pk, prefix=text[:_PREFIX_LENGTH])
    matches = secrets.compare_digest(token.digest if token else "", _digest(presented))
    return token if matches else None


def touch_token(prefix: str, *, now: datetime) -> None:
    """Note that a token was used, unless that was noted a moment ago."""
    noted = cache.get(f"touched:{prefix}")
    if noted is None or now - noted > _TOUCH_EVERY:
        cache.set(f"touched:{prefix}", now)
        APIToken.objects.filter(prefix=prefix).update(last_used_at=now)


def _digest(secret: Secret) -> str:
    """A fast hash is right here: the secret is random, nothing can be guessed (OWASP, Cryptographic Storage)."""
    return hashlib.sha256(secret.reveal().encode()).hexdigest()
