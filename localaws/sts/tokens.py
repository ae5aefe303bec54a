"""Web identity tokens, verified as STS and Cognito do.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt

from localaws.sts.claims import invalid, read_claims
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.call import World
    from localaws.iam.rows import OIDCProvider
    from localaws.sts.claims import Claims

KINDS = {"RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "ES256": "EC", "ES384": "EC", "ES512": "EC"}
# How far the issuer's clock may be ahead. An end is an end.
CLOCK_SKEW = 300
# PyJWT judges the signature; what the claims must be is AWS's own business.
SIGNATURE_ONLY: Any = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
NOTHING: Any = {**SIGNATURE_ONLY, "verify_signature": False}


async def verify_token(world: World, token: str, account: str, now: float) -> Claims:
    """Of an issuer that is a provider in the account's IAM, or of Cognito. Raises AWSError, in the words of STS."""
    issuer = read_unverified_issuer(token)
    provider = find_provider(world, account, issuer)
    own = issuer in world.issuers.own
    if provider is None and not own:
        raise invalid(f"No OpenIDConnect provider found in your account for {issuer[:256]}")
    signed = await verify_signature(world, token, issuer)
    refuse_wrong_times(signed, now)
    name = issuer.partition("://")[2]
    if own or provider is None:
        return read_claims(signed, name, name)
    claims = read_claims(signed, provider.arn, name)
    if claims.audience not in provider.client_ids:
        raise invalid("Incorrect token audience")
    return claims


def find_provider(world: World, account: str, issuer: str) -> OIDCProvider | None:
    """The whole issuer must be the same, scheme and case included."""
    provider = world.store.oidc_providers.get(f"arn:aws:iam::{account}:oidc-provider/{issuer.partition('://')[2]}")
    return provider if provider and provider.url == issuer else None


def read_unverified_issuer(token: str) -> str:
    """Says only whose keys to try."""
    try:
        claims = jwt.decode(token, options=NOTHING)
    except (jwt.InvalidTokenError, RecursionError) as error:
        raise invalid("The ID Token provided is not a valid JWT.") from error
    issuer = claims.get("iss")
    if not isinstance(issuer, str):
        raise invalid("Missing a required claim: iss")
    return issuer


async def verify_signature(world: World, token: str, issuer: str) -> Mapping[str, Any]:
    algorithm, key_id = read_unverified_header(token)
    key = await world.issuers.find_key(issuer, key_id, KINDS[algorithm])
    return check_signature(token, key, algorithm)


def read_unverified_header(token: str) -> tuple[str, str | None]:
    """The algorithm and the id of the key. Never is a token's own word taken for a key."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise invalid("The header of the token can't be read.") from error
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in KINDS:
        raise invalid(f"The token is not signed with one of {', '.join(KINDS)}.")
    return algorithm, header.get("kid")


def check_signature(token: str, key: dict[str, Any], algorithm: str) -> Mapping[str, Any]:
    """Raises AWSError."""
    if key.get("alg", algorithm) != algorithm:
        raise invalid("The key of the token is for another algorithm.")
    try:
        public = jwt.PyJWK(key, algorithm=algorithm)
        claims: dict[str, Any] = jwt.decode(token, public, algorithms=[algorithm], options=SIGNATURE_ONLY)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise invalid("Provided Token is not a valid JWT: its signature does not hold.") from error
    return claims


def refuse_wrong_times(claims: Mapping[str, Any], now: float) -> None:
    if read_time(claims, "exp") <= now:
        message = f"Token expired: current date/time {int(now)} must be before the expiration date/time {claims['exp']}"
        raise AWSError("ExpiredTokenException", message, 400)
    begins = [read_time(claims, "iat")] + ([read_time(claims, "nbf")] if "nbf" in claims else [])
    if max(begins) > now + CLOCK_SKEW:
        raise invalid("The token is not valid yet.")


def read_time(claims: Mapping[str, Any], name: str) -> int:
    """Seconds since 1970."""
    value = claims.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid(f"Missing a required claim, or it is no integer: {name}")
    return value
