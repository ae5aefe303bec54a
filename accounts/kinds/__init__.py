"""The kinds of identity providers, one file each: what it is set up with, and how it is read.

A kind's file has DEFAULT_MAP (where our names of accounts/claims.py stand with such a provider). A kind that allauth
speaks has app(), which gives a provider in allauth's form. Adding a kind is copying its neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.kinds import ldap, oidc
from accounts.models import ProviderKind

if TYPE_CHECKING:
    from types import ModuleType

    from accounts.models import IdentityProvider

_KINDS: dict[str, ModuleType] = {ProviderKind.LDAP: ldap, ProviderKind.OIDC: oidc}


def is_social(provider: IdentityProvider) -> bool:
    """Tell whether a browser is sent there, by allauth."""
    return hasattr(_KINDS.get(provider.kind), "app")


def app(provider: IdentityProvider) -> Any:
    """The provider as an (unsaved) SocialApp of allauth's."""
    return _KINDS[provider.kind].app(provider)


def attribute_map(provider: IdentityProvider) -> dict[str, str]:
    """Where our names stand with this provider: as its tenant says, or else as is usual for its kind."""
    return {**_KINDS[provider.kind].DEFAULT_MAP, **provider.attribute_map}
