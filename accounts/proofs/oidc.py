"""The one door for checking JSON Web Tokens: id_tokens and logout tokens of a tenant's OpenID providers, and our own.

OpenID Connect Core 1.0, section 3.1.3.7; OpenID Connect Back-Channel Logout 1.0, section 2.6; RFC 9068; RFC 8725.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jwt
import structlog

from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger(__name__)

# Signatures by a key that only the provider has; nothing else ever counts, whatever a provider or a token says.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_TOKEN_MAX = 32_768  # characters
_SKEW = 60  # seconds by which clocks may differ
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_LAST_SECOND = 253_370_764_800
_SUBJECT_MAX = 255  # characters (Core, section 2)


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose tokens, for whom, and in answer to what; `keys` gives the provider's public keys, as JWKs.

    It is called with the key id of the token, so that it can look again for one that it does not know.
    """

    issuer: str
    audience: str
    keys: Callable[[str | None], list[dict[str, Any]]]
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Parties:
    """Of whom and for whom a token says it is, which nobody has checked: good for finding its provider, no more."""

    issuer: str
    audiences: frozenset[str]


def unverified_parties(token: str) -> Parties:
    """Raises a Refusal (401) for what is no token at all."""
    if len(token) > _TOKEN_MAX:
        raise unbelievable(f"It is longer than {_TOKEN_MAX} characters.")
    try:
        said = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise unbelievable("It is no JSON Web Token.") from error
    return Parties(str(said.get("iss")), frozenset(one for one in _audiences(said) if isinstance(one, str)))


def verify_id_token(token: str, expected: Expected, *, now: datetime) -> dict[str, Any]:
    """Return what the token says. Raises a Refusal (401), with the reason as a note, when it can't be believed."""
    said = _checked(token, expected, now, needed=("sub", "exp", "iat"))
    nonce = said.get("nonce")
    if expected.nonce is not None and not (isinstance(nonce, str) and _equal(nonce, expected.nonce)):
        raise unbelievable("Its nonce is not the one that was sent.")
    if not isinstance(said["sub"], str) or not 0 < len(said["sub"]) <= _SUBJECT_MAX:
        raise unbelievable("Its subject (sub) is no text of 1 to 255 characters.")
    return said


def verify_logout_token(token: str, expected: Expected, *, now: datetime) -> dict[str, Any]:
    """Return what a logout token says. Raises a Refusal (401) when it can't be believed."""
    said = _checked(token, expected, now, needed=("exp", "iat", "jti", "events"))
    events = said["events"]
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict):
        raise unbelievable("It is about no logout (events).")
    if "nonce" in said:
        raise unbelievable("It has a nonce, as only id_tokens have.")
    if not any(isinstance(said.get(name), str) for name in ("sub", "sid")):
        raise unbelievable("It says neither who nor which session (sub, sid).")
    return said


def verify_access_token(token: str, expected: Expected, now: datetime) -> dict[str, Any]:
    """Return what an access token says (RFC 9068, section 4). Raises a Refusal (401) when it can't be believed."""
    said = _complete(_opened(token, expected), needed=("sub", "exp", "iat", "jti", "client_id"))
    _check_issuer(said, expected)
    if expected.audience not in _audiences(said) or said.get("token_use") != "access":
        raise unbelievable("It is no access token for this resource.")
    _check_times(said, now.timestamp())
    return said


def expiry(said: dict[str, Any]) -> datetime:
    """Until when a believed token could come again."""
    return datetime.fromtimestamp(said["exp"] + _SKEW, UTC)


def unbelievable(reason: str) -> Refusal:
    """The one answer to every proof that does not hold; the reason goes with it for whoever sets up the provider."""
    log.warning("proof_refused", reason=reason)
    sentence = (
        "What your identity provider says can't be believed. Start again; if that does not help, tell your admin."
    )
    refusal = Refusal("invalid_proof", sentence, status=401)
    refusal.add_note(reason)
    return refusal


def _checked(token: str, expected: Expected, now: datetime, *, needed: tuple[str, ...]) -> dict[str, Any]:
    said = _complete(_opened(token, expected), needed=needed)
    _check_parties(said, expected)
    _check_times(said, now.timestamp())
    return said


def _complete(said: dict[str, Any], *, needed: tuple[str, ...]) -> dict[str, Any]:
    missing = [name for name in needed if said.get(name) is None]
    if missing:
        raise unbelievable(f"It lacks {', '.join(missing)}.")
    return said


def _opened(token: str, expected: Expected) -> dict[str, Any]:
    """Check the signature, and return what is signed."""
    if len(token) > _TOKEN_MAX:
        raise unbelievable(f"It is longer than {_TOKEN_MAX} characters.")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise unbelievable(f"It is signed by {str(algorithm)[:20]}; choose RS256 or ES256 at the provider.")
        key = _key(header.get("kid"), algorithm, expected)
        said: dict[str, Any] = jwt.decode(token, key, algorithms=[algorithm], options=_SIGNATURE_ONLY)
    except jwt.PyJWTError as error:
        raise unbelievable(f"Its signature does not hold ({error}).") from error
    return said


# What a token says about issuer, audience and times is checked here, and said in sentences.
_SIGNATURE_ONLY: Any = {
    "verify_signature": True,
    "enforce_minimum_key_length": True,
    **dict.fromkeys(["verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss", "verify_sub"], False),
    "verify_jti": False,
}


def _key(key_id: object, algorithm: str, expected: Expected) -> jwt.PyJWK:
    """The provider's key of this id, made for this algorithm; without an id there must be only one."""
    named = key_id if isinstance(key_id, str) else None
    fitting = [key for key in expected.keys(named) if _fits(key, named, algorithm)]
    if len(fitting) != 1:
        raise unbelievable("It is signed by a key that the provider does not publish.")
    return jwt.PyJWK(fitting[0], algorithm=algorithm)


def _fits(key: dict[str, Any], key_id: str | None, algorithm: str) -> bool:
    kinds = {"R": "RSA", "P": "RSA", "E": "OKP" if algorithm == "EdDSA" else "EC"}
    is_meant = key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm
    return is_meant and key.get("kty") == kinds[algorithm[0]] and key_id in (None, key.get("kid"))


def _check_parties(said: dict[str, Any], expected: Expected) -> None:
    _check_issuer(said, expected)
    audiences = _audiences(said)
    if expected.audience not in audiences:
        raise unbelievable(f"It is for {str(said.get('aud'))[:200]}, not for this client ({expected.audience}).")
    party = said.get("azp")
    if party not in (None, expected.audience) or (party is None and len(audiences) > 1):
        raise unbelievable(f"It was given to another client (azp {str(party)[:200]}).")


def _check_issuer(said: dict[str, Any], expected: Expected) -> None:
    if said.get("iss") != expected.issuer:
        raise unbelievable(f"It is of the issuer {str(said.get('iss'))[:200]}, not of {expected.issuer}.")


def _audiences(said: dict[str, Any]) -> list[Any]:
    told = said.get("aud")
    return told if isinstance(told, list) else [told]


def _check_times(said: dict[str, Any], now: float) -> None:
    times = {name: said[name] for name in ("exp", "iat", "nbf") if said.get(name) is not None}
    if not all(_is_time(value) for value in times.values()):
        raise unbelievable("Its times are no times.")
    if times["exp"] + _SKEW <= now:
        raise unbelievable(f"It expired {now - times['exp']:.0f} seconds ago. Compare the clocks.")
    begins = max(times["iat"], times.get("nbf", times["iat"]))
    if begins - _SKEW > now:
        raise unbelievable(f"It begins {begins - now:.0f} seconds from now. Compare the clocks.")


def _is_time(value: Any) -> bool:
    """Seconds since 1970 (RFC 7519, section 2, NumericDate), before the year 9999."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _LAST_SECOND


def _equal(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
