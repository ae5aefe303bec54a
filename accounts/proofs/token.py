from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.proofs.proof import Presented, Proof
from accounts.tokens import find_token
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime

KIND = "token"


def verify(unverified: Presented, now: datetime) -> Proof:
    """Believe an API token of this tenant that is neither revoked nor expired."""
    token = find_token(unverified.tenant, unverified.value) if unverified.value else None
    if token is None:
        raise Refusal("invalid_token", "This is no API token of this tenant.", status=401)
    if token.revoked_at is not None:
        raise Refusal("token_revoked", "This API token was revoked. Make a new one.", status=401)
    if token.expires_at <= now:
        raise Refusal("token_expired", "This API token has expired. Make a new one.", status=401)
    return Proof(KIND, token.tenant_id, token.user_id, token.expires_at, reference=token.prefix)
