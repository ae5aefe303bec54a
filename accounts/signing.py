"""The keys with which a tenant's portal signs tokens that others believe, and their turns. RS256, which AWS takes.

A key is published before it signs and after it has signed, as those who check keep the published ones for a while
(OpenID Connect Core 1.0, section 10.1.1).
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jwt
from allauth.core.internal.jwkkit import jwk_thumbprint
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.db import transaction
from jwt.algorithms import RSAAlgorithm

from accounts.models import SigningKey
from audit.log import record
from audit.names import EventName
from tenants.refusal import Secret

if TYPE_CHECKING:
    from datetime import datetime

    from tenants.models import Tenant

ALGORITHM = "RS256"
_BITS = 2048
# A key signs only once it has been published for so long, unless there is no other.
PUBLISHED_BEFORE = timedelta(hours=1)
TURN = timedelta(days=90)
# How long a key is published after the next one has begun to sign: longer than any token lives and any cache keeps.
PUBLISHED_AFTER = timedelta(days=2)


def sign(tenant: Tenant, claims: dict[str, Any], *, now: datetime) -> Secret:
    """Return these claims as a token signed by the tenant's key; the first one is made when it is first needed."""
    key = _signing(list(SigningKey.objects.filter(tenant=tenant)), now) or make_key(tenant, now=now)
    private_key = _opened(key.secrets["private_key"])
    return Secret(jwt.encode(claims, private_key, ALGORITHM, headers={"kid": key.public["kid"]}))


def private_keys(tenant: Tenant, *, now: datetime) -> list[Secret]:
    """Every key that tokens may be signed by, as PEM; the one that signs now comes first."""
    keys = list(SigningKey.objects.filter(tenant=tenant))
    signing = _signing(keys, now) or make_key(tenant, now=now)
    rest = [key for key in keys if key.pk != signing.pk]
    return [Secret(key.secrets["private_key"]) for key in (signing, *rest)]


def published(tenant: Tenant) -> list[dict[str, Any]]:
    """The public keys, as JWKs (RFC 7517)."""
    return list(SigningKey.objects.filter(tenant=tenant).values_list("public", flat=True))


@transaction.atomic(durable=True)
def make_key(tenant: Tenant, *, now: datetime) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    key = SigningKey(tenant=tenant, secrets={"private_key": pem}, made_at=now)
    told = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    key.public = {"kty": told["kty"], "n": told["n"], "e": told["e"]}
    key.public |= {"kid": jwk_thumbprint(key.public), "use": "sig", "alg": ALGORITHM}
    key.save(force_insert=True)
    record(EventName.SIGNING_KEY_MADE, tenant_id=tenant.pk, key=str(key.pk))
    return key


def take_turns(tenant: Tenant, *, now: datetime) -> None:
    """Make the next key where it is time, and forget those that nobody checks with any more."""
    keys = list(SigningKey.objects.filter(tenant=tenant))
    signing = _signing(keys, now)
    if signing is None:
        return
    if keys[0].made_at <= now - TURN:
        make_key(tenant, now=now)
    if signing.made_at + PUBLISHED_BEFORE + PUBLISHED_AFTER <= now:
        _forget([key for key in keys if key.made_at < signing.made_at])


@transaction.atomic(durable=True)
def _forget(keys: list[SigningKey]) -> None:
    for key in keys:
        key.delete()
        record(EventName.SIGNING_KEY_FORGOTTEN, tenant_id=key.tenant_id, key=str(key.pk))


def _signing(keys: list[SigningKey], now: datetime) -> SigningKey | None:
    """Of keys in order, the newest first: the newest that everybody knows by now, or else the oldest."""
    known = (key for key in keys if key.made_at <= now - PUBLISHED_BEFORE)
    return next(known, keys[-1] if keys else None)


@lru_cache(maxsize=1_000)
def _opened(pem: str) -> Any:
    """Checking a private key takes longer than signing with it, so it is done once."""
    return load_pem_private_key(pem.encode(), password=None)
