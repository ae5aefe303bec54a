from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.proofs.proof import Presented, Proof
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime

KIND = "guest"


def verify(unverified: Presented, now: datetime) -> Proof:  # noqa: ARG001 - every verifier has this form
    """Accept nothing at all as proof of being nobody in particular, where the tenant lets guests in."""
    if not unverified.tenant.guests:
        raise Refusal(
            "proof_required", "Guests are not let in here. Sign in, or send an API token as a bearer.", status=401
        )
    return Proof(KIND, unverified.tenant.pk, None, None, reference="")
