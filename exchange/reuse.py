"""Credentials that are given to the same user again, until half of their life is over. Kept encrypted.

The only writer of what is kept. Nothing kept outlives a change of the user, of the tenant's rules or of its AWS link.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from exchange.models import KeptCredentials
from exchange.sts import Credentials
from tenants.prepared import Prepared
from tenants.refusal import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from accounts.models import User
    from exchange.policy import Grant
    from tenants.models import Tenant

# Seconds for which somebody waits for what somebody else is getting from STS just now.
_PATIENCE, _LOOK_EVERY = 10, 0.02


def shared(tenant: Tenant, user: User, grant: Grant, issue: Callable[[], Credentials]) -> tuple[Credentials, UUID]:
    """Return credentials and the exchange that got them: an earlier one's, or what `issue` gives now.

    Of many that ask for one user at once, one asks STS; the others wait for what it gets, where the cache is shared.
    """
    digest = digest_of(grant)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        found = _find(tenant, user, grant, digest) or _get(tenant, user, grant, digest, issue)
        if found:
            return _opened(found), found.exchange_id
        time.sleep(_LOOK_EVERY)
    return issue(), grant.exchange_id


@transaction.atomic(durable=True)
def forget_expired(*, now: datetime) -> None:
    KeptCredentials.objects.filter(expires_at__lt=now).delete()


def drop(tenant_id: UUID, user_ids: Iterable[UUID] | None = None) -> None:
    """Forget what is kept of these users, or of all of a tenant, in the transaction of what has changed."""
    kept = KeptCredentials.objects.filter(tenant=tenant_id)
    (kept if user_ids is None else kept.filter(user_id__in=list(user_ids))).delete()


def digest_of(grant: Grant) -> str:
    """Tell grants apart that mean different sessions: all but how long they last, and for which exchange."""
    tags = {key: value for key, value in grant.tags.items() if key != "ExchangeId"}
    meant = [asdict(grant.road), grant.role_arn, grant.session_name, tags, grant.session_policy]
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def _get(
    tenant: Tenant, user: User, grant: Grant, digest: str, issue: Callable[[], Credentials]
) -> KeptCredentials | None:
    """Ask STS, when it is this one's turn; and look once more before, as another one's turn may just be over."""
    with _turn(user, digest) as mine:
        if not mine:
            return None
        return _find(tenant, user, grant, digest) or _keep(tenant, user, grant, digest, issue())


_KEPT = Prepared(
    lambda tenant, user, digest: KeptCredentials.objects.filter(tenant=tenant, user_id=user, grant_digest=digest),
    tenant=UUID,
    user=UUID,
    digest=str,
)


def _find(tenant: Tenant, user: User, grant: Grant, digest: str) -> KeptCredentials | None:
    """What is kept, when it has half of its life left and ends no later than this grant's own would."""
    now = timezone.now()
    kept = _KEPT.first(tenant=tenant.pk, user=user.pk, digest=digest)
    if kept is None or now >= kept.issued_at + (kept.expires_at - kept.issued_at) / 2:
        return None
    return kept if (kept.expires_at - now).total_seconds() <= grant.duration_seconds else None


@transaction.atomic(durable=True)
def _keep(tenant: Tenant, user: User, grant: Grant, digest: str, credentials: Credentials) -> KeptCredentials:
    secrets = {
        "access_key_id": credentials.access_key_id,
        "secret_access_key": credentials.secret_access_key.reveal(),
        "session_token": credentials.session_token.reveal(),
    }
    values = {
        "exchange_id": grant.exchange_id,
        "secrets": secrets,
        "issued_at": timezone.now(),
        "expires_at": credentials.expires_at,
    }
    whose: dict[str, Any] = {"tenant": tenant, "user_id": user.pk, "grant_digest": digest}
    return KeptCredentials.objects.update_or_create(**whose, defaults=values)[0]


def _opened(kept: KeptCredentials) -> Credentials:
    return Credentials(
        kept.secrets["access_key_id"],
        Secret(kept.secrets["secret_access_key"]),
        Secret(kept.secrets["session_token"]),
        kept.expires_at,
    )


@contextmanager
def _turn(user: User, digest: str) -> Iterator[bool]:
    """Tell whether it is this one's turn to ask STS."""
    key = f"exchange-turn:{user.pk}:{digest}"
    mine = cache.add(key, True, timeout=_PATIENCE)
    try:
        yield mine
    finally:
        if mine:
            cache.delete(key)
