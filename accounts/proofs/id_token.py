"""An id_token of one of the tenant's OpenID providers, which an app got there for itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from accounts import code_flow, kinds
from accounts.proofs import oidc
from accounts.proofs.proof import Arrival, Presented, Proof
from accounts.providers import ways_in

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.kinds.relying_party import RelyingParty
    from accounts.models import IdentityProvider
    from tenants.models import Tenant

KIND = "id_token"


def verify(unverified: Presented, now: datetime) -> Proof:
    """Believe what a switched-on provider has signed for the portal or for an app that the provider's set-up names.

    It stands for a sign-in that has just been: what it gives lasts as long as a sign-in of this tenant does.
    """
    token = unverified.value.reveal() if unverified.value else ""
    provider, audience = _meant(unverified.tenant, oidc.unverified_parties(token))
    party = kinds.relying_party(provider)
    said = oidc.verify_id_token(token, code_flow.expected_of(party, audience=audience), now=now)
    code_flow.check_demanded(party, said)
    ends_at = now + timedelta(seconds=unverified.tenant.login_seconds)
    arrival = Arrival(provider, kinds.claims_of(provider, said))
    return Proof(KIND, unverified.tenant.pk, None, ends_at, reference=provider.slug, arrival=arrival)


def _meant(tenant: Tenant, parties: oidc.Parties) -> tuple[IdentityProvider, str]:
    """Find the provider whose token this claims to be, and the client it is for. Raises a Refusal (401)."""
    for provider in filter(kinds.speaks_openid, ways_in(tenant)):
        party = kinds.relying_party(provider)
        fitting = parties.audiences & _clients(provider, party)
        if party.issuer == parties.issuer and fitting:
            return provider, min(fitting)
    raise oidc.unbelievable("No switched-on provider of this tenant has this issuer (iss) and knows this client (aud).")


def _clients(provider: IdentityProvider, party: RelyingParty) -> set[str]:
    return {party.client_id, *provider.settings.get("app_client_ids", "").split()}
