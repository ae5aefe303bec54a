"""Cognito's own OpenID tokens, which STS takes from whoever brings them, and Cognito itself from developers' users.

https://docs.aws.amazon.com/cognito/latest/developerguide/open-id.html
"""

from __future__ import annotations

import json
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from localaws.cognito.providers import COGNITO
from localaws.cognito.rows import SigningKey
from localaws.sts.claims import TAGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.call import World
    from localaws.cognito.rows import Identity, IdentityPool

ISSUER = f"https://{COGNITO}"
GUEST = ("unauthenticated",)
KEY_SIZE = 2048


def write_token(
    world: World,
    pool: IdentityPool,
    identity: Identity,
    amr: tuple[str, ...],
    tags: Mapping[str, str],
    *,
    now: float,
    lifetime: int,
) -> str:
    """Times in seconds. STS has no other word for tags than a list of one."""
    key = find_signing_key(world)
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": identity.id,
        "aud": pool.id,
        "amr": list(amr),
        "iat": int(now),
        "exp": int(now) + lifetime,
    }
    if tags:
        claims[TAGS] = {"principal_tags": {name: [value] for name, value in tags.items()}}
    return jwt.encode(claims, load_key(key.pem), algorithm="RS256", headers={"kid": key.id})


def find_signing_key(world: World) -> SigningKey:
    """Made when it is first needed, and kept, so that tokens outlive a restart."""
    key = next(iter(world.store.signing_keys), None)
    if key is None:
        key = make_key()
        world.store.signing_keys.put(key.id, key)
    announce_keys(world)
    return key


def announce_keys(world: World) -> None:
    """STS knows its tokens by them."""
    keys = [publish_key(key) for key in world.store.signing_keys]
    if keys:
        world.issuers.own[ISSUER] = keys


def make_key() -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_SIZE)
    form, encoding = serialization.PrivateFormat.PKCS8, serialization.Encoding.PEM
    return SigningKey(str(uuid.uuid4()), private.private_bytes(encoding, form, serialization.NoEncryption()).decode())


@lru_cache(maxsize=8)
def load_key(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - we made it
    return key


def publish_key(key: SigningKey) -> dict[str, Any]:
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(load_key(key.pem).public_key()))
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.id, "n": jwk["n"], "e": jwk["e"]}
