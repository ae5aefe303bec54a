"""What an OpenID provider publishes about itself (OpenID Connect Discovery 1.0), kept for an hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError

from accounts import fetch
from accounts.addresses import check_url

_KEPT = 3_600  # seconds
# Seconds between two looks for a key that is not there: made-up key ids must not become requests.
_BETWEEN_LOOKS = 60


@dataclass(frozen=True, slots=True)
class Published:
    """Names as in the specification, section 3."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


def published(issuer: str) -> Published:
    """Return what stands at the issuer's well-known address. Raises a Refusal (503) when it is not usable."""
    key = f"openid-published:{issuer}"
    found: Published | None = cache.get(key)
    if found is None:
        found = _read(issuer, fetch.get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
        cache.set(key, found, timeout=_KEPT)
    return found


def keys(jwks_uri: str, key_id: str | None) -> list[dict[str, Any]]:
    """Return the provider's public keys (RFC 7517, section 5); a key id not among them makes it look once more."""
    known: list[dict[str, Any]] | None = cache.get(f"openid-keys:{jwks_uri}")
    if known is not None and (_has(known, key_id) or not _may_look_again(jwks_uri)):
        return known
    told = fetch.get_json(jwks_uri).get("keys")
    fresh = [key for key in told if isinstance(key, dict)] if isinstance(told, list) else []
    cache.set(f"openid-keys:{jwks_uri}", fresh, timeout=_KEPT)
    return fresh


def _has(known: list[dict[str, Any]], key_id: str | None) -> bool:
    return key_id is None or any(key.get("kid") == key_id for key in known)


def _may_look_again(jwks_uri: str) -> bool:
    return cache.add(f"openid-looked:{jwks_uri}", value=True, timeout=_BETWEEN_LOOKS)


def _read(issuer: str, document: dict[str, Any]) -> Published:
    if document.get("issuer") != issuer:
        told = str(document.get("issuer"))[:200]
        raise fetch.misconfigured(f"The provider calls itself {told}. Enter exactly that as its issuer.")
    methods = document.get("token_endpoint_auth_methods_supported")
    return Published(
        issuer=issuer,
        authorization_endpoint=_address(document, "authorization_endpoint"),
        token_endpoint=_address(document, "token_endpoint"),
        jwks_uri=_address(document, "jwks_uri"),
        userinfo_endpoint=_address(document, "userinfo_endpoint") if document.get("userinfo_endpoint") else "",
        token_endpoint_auth_methods_supported=tuple(methods) if isinstance(methods, list) else ("client_secret_basic",),
        authorization_response_iss_parameter_supported=(
            document.get("authorization_response_iss_parameter_supported") is True
        ),
    )


def _address(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    text = value if isinstance(value, str) else ""
    try:
        check_url(text)
    except ValidationError as error:
        raise fetch.misconfigured(f"The provider publishes no usable {name}: {error.messages[0]}") from error
    return text
