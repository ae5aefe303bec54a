"""An access token that the portal gave an OAuth client, for the portal: a JWT that can be revoked (RFC 9068)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from allauth.idp.oidc.models import Token

from accounts import signing
from accounts.proofs import oidc
from accounts.proofs.proof import Presented, Proof
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from uuid import UUID

KIND = "access_token"


def verify(unverified: Presented, now: datetime) -> Proof:
    """Believe a token that this tenant's portal signed for itself and that nobody has revoked."""
    value = unverified.value.reveal() if unverified.value else ""
    keys = signing.published(unverified.tenant)
    try:
        said = oidc.verify_access_token(value, oidc.Expected(unverified.origin, unverified.origin, lambda _: keys), now)
    except Refusal as refusal:
        raise _invalid(*getattr(refusal, "__notes__", [])) from refusal
    row = Token.objects.select_related("client__registration").lookup(Token.Type.ACCESS_TOKEN, value)
    if row is None:
        raise _invalid("It was revoked.")
    return Proof(
        KIND,
        unverified.tenant.pk,
        _subject_id(row),
        _ends_at(row, said),
        reference=said["jti"],
        scopes=frozenset(row.get_scopes()),
        actor=said.get("act"),
    )


def _ends_at(row: Token, said: dict[str, Any]) -> datetime:
    """The token's own end, which allauth counts from another moment than the row's: they may differ by a second."""
    signed = datetime.fromtimestamp(said["exp"], UTC)
    return min(signed, row.expires_at or signed)


def _subject_id(row: Token) -> UUID | None:
    """Whom the token is about: its user, or the app that a client speaks for by itself."""
    if row.user_id is not None or row.client is None:
        found: UUID | None = row.user_id
    else:
        found = row.client.registration.app_id
    if found is None:
        raise Refusal("no_app", "This client stands for no app. Its registration can name one.", status=403)
    return found


def _invalid(*reasons: str) -> Refusal:
    refusal = Refusal(
        "invalid_token", "This is no API token and no valid access token of this tenant. Get a new one.", status=401
    )
    for reason in reasons:
        refusal.add_note(reason)
    return refusal
