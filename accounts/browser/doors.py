"""The providers that browsers are sent to from this host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import kinds
from accounts.providers import provider_named
from tenants.refusal import Refusal
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from accounts.models import IdentityProvider


def provider_here(slug: str) -> IdentityProvider:
    """The host's provider of that short name, switched on or not. Raises a Refusal (404)."""
    tenant = current_tenant()
    provider = provider_named(tenant, slug) if tenant else None
    if provider is None or not kinds.goes_by_browser(provider):
        raise Refusal("unknown_provider", "There is no such identity provider.", status=404)
    return provider
