"""Who is it? A Proof becomes a User: one of ours whom it names, or whoever a provider vouches for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import arrivals, services

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from accounts.proofs import Proof
    from tenants.models import Tenant


def recognise(proof: Proof, *, tenant: Tenant, now: datetime) -> User:
    """Return the active user a proof is about, made a user if need be. Raises a Refusal for anybody else."""
    arrival = proof.arrival
    if arrival is None or proof.tenant_id != tenant.pk:
        return services.find(proof, tenant=tenant, now=now)
    if arrival.once:
        proof_id, expires_at = arrival.once
        arrivals.use_once(arrival.provider, proof_id, expires_at=expires_at)
    return arrivals.welcome(arrival.provider, arrival.said, now=now)
