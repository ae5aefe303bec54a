"""The kinds of identity providers, one file each: what it is set up with, and how it is read.

A kind's file has DEFAULT_MAP (where our names of accounts/claims.py stand with such a provider). A kind that is spoken
to by OAuth 2.0 has relying_party(). Adding a kind is copying its neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts import claims
from accounts.kinds import amazon, apple, cognito, facebook, google, ldap, oidc, saml
from accounts.models import ProviderKind
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from accounts.claims import Claims
    from accounts.kinds.relying_party import RelyingParty
    from accounts.models import IdentityProvider

_KINDS: dict[str, ModuleType] = {
    ProviderKind.LDAP: ldap,
    ProviderKind.SAML: saml,
    ProviderKind.OIDC: oidc,
    ProviderKind.COGNITO: cognito,
    ProviderKind.GOOGLE: google,
    ProviderKind.APPLE: apple,
    ProviderKind.FACEBOOK: facebook,
    ProviderKind.AMAZON: amazon,
}


def goes_by_browser(provider: IdentityProvider) -> bool:
    """Tell whether a browser is sent there; a directory is asked by the portal itself."""
    return provider.kind != ProviderKind.LDAP


def relying_party(provider: IdentityProvider) -> RelyingParty:
    """What the portal is to this provider, which is one that speaks OAuth 2.0."""
    party: RelyingParty = _KINDS[provider.kind].relying_party(provider)
    return party


def speaks_openid(provider: IdentityProvider) -> bool:
    return hasattr(_KINDS[provider.kind], "relying_party") and bool(relying_party(provider).issuer)


def claims_of(provider: IdentityProvider, told: Mapping[str, Any]) -> Claims:
    """Read what a provider says of somebody. Raises a Refusal (403) when it does not say enough."""
    try:
        return claims.read(told, attribute_map(provider))
    except claims.Unusable as unusable:
        raise Refusal("unusable_claims", f"{provider.name} does not say who you are: {unusable}", status=403) from None


def attribute_map(provider: IdentityProvider) -> dict[str, str]:
    """Where our names stand with this provider: as its tenant says, or else as is usual for its kind."""
    return {**default_map(provider.kind), **provider.attribute_map}


def default_map(kind: str) -> dict[str, str]:
    found: dict[str, str] = _KINDS[kind].DEFAULT_MAP
    return found
