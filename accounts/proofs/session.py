from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.factors import lacks_factor
from accounts.logins import login_ends_at
from accounts.proofs.proof import Presented, Proof
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime

KIND = "session"


def verify(unverified: Presented, now: datetime) -> Proof:
    """Believe the portal's own signed-in session, which the middleware has looked up in this tenant."""
    user, session = unverified.session_user, unverified.session
    ends_at = login_ends_at(session) if session is not None else None
    if session is None or user is None or ends_at is None or ends_at <= now or user.tenant_id != unverified.tenant.pk:
        raise Refusal("not_signed_in", "You are not signed in here. Sign in and try again.", status=401)
    if lacks_factor(user, session):
        sentence = "A second factor is demanded of you. Open the portal in a browser and set one up."
        raise Refusal("second_factor_required", sentence, status=403)
    return Proof(KIND, unverified.tenant.pk, user.pk, ends_at, reference="")
