"""A SAML response that an app brings, and no browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts import kinds
from accounts.kinds.saml import peer
from accounts.models import ProviderKind
from accounts.proofs import saml
from accounts.proofs.proof import Arrival, Presented, Proof
from accounts.providers import ways_in
from accounts.saml.addresses import addresses

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import IdentityProvider
    from tenants.models import Tenant

KIND = "assertion"


def verify(unverified: Presented, now: datetime) -> Proof:
    """Believe a response that a browser might have posted, once, where sign-in may begin at the provider.

    `value` is the SAMLResponse in Base64, as it is posted (SAML Bindings, section 3.5.4). It stands for a sign-in that
    has just been: what it gives lasts as long as a sign-in of this tenant does.
    """
    response = unverified.value.reveal() if unverified.value else ""
    provider = _meant(unverified.tenant, saml.unverified_issuer(response))
    other = peer(provider)
    found = saml.verify(response, other, addresses(unverified.origin, provider), now=now)
    saml.check_asked(found, other, request_id="", now=now)
    ends_at = now + timedelta(seconds=unverified.tenant.login_seconds)
    once = (f"assertion:{found.id}", found.expires_at)
    arrival = Arrival(provider, kinds.claims_of(provider, found.told), once)
    return Proof(KIND, unverified.tenant.pk, None, ends_at, reference=provider.slug, arrival=arrival)


def _meant(tenant: Tenant, issuer: str) -> IdentityProvider:
    """Find the provider whose response this claims to be. Raises a Refusal (401)."""
    for provider in ways_in(tenant):
        if provider.kind == ProviderKind.SAML and peer(provider).entity_id == issuer:
            return provider
    raise saml.refusal("No switched-on provider of this tenant has this Issuer.")
