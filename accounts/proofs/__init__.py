"""What somebody shows to prove who they are, and verify(), which turns it into a Proof or refuses.

One file a kind; each has a KIND and a verify() of the same form. A Proof is made nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.proofs import access_token, assertion, guest, id_token, password, session, token
from accounts.proofs.proof import Presented, Proof
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = ["KINDS", "Presented", "Proof", "verify"]

_VERIFIERS: dict[str, Callable[[Presented, datetime], Proof]] = {
    kind.KIND: kind.verify for kind in (session, token, access_token, id_token, assertion, password, guest)
}
KINDS = tuple(_VERIFIERS)


def verify(kind: str, unverified: Presented, now: datetime) -> Proof:
    """Check what was presented. Raises a Refusal (400 for an unknown kind, 401 for a proof that does not hold)."""
    verifier = _VERIFIERS.get(kind)
    if verifier is None:
        raise Refusal(
            "unknown_proof_kind", f"“{kind[:40]}” is no kind of proof. Use one of: {', '.join(KINDS)}.", status=400
        )
    return verifier(unverified, now)
