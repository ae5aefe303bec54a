"""The portal's own addresses for one provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.kinds.saml import Addresses

if TYPE_CHECKING:
    from accounts.models import IdentityProvider


def addresses(origin: str, provider: IdentityProvider) -> Addresses:
    """`origin` is the scheme and host under which browsers reach the tenant."""
    named = {
        name: origin + reverse(f"accounts:saml_{name}", args=[provider.slug]) for name in ("metadata", "acs", "sls")
    }
    return Addresses(entity_id=named["metadata"], acs_url=named["acs"], sls_url=named["sls"])
