"""Sign in with Apple (Apple Developer, Sign in with Apple REST API)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import jwt
from django.utils import timezone

from accounts.kinds import oidc
from accounts.kinds.relying_party import RelyingParty

if TYPE_CHECKING:
    from accounts.models import IdentityProvider

ISSUER = "https://appleid.apple.com"
DEFAULT_MAP = {**oidc.DEFAULT_MAP, "username": "email", "groups": ""}
_SECRET_LASTS = timedelta(minutes=5)


def relying_party(provider: IdentityProvider) -> RelyingParty:
    """Apple sends name and address by a form only, and the name at the first sign-in only."""
    return RelyingParty(
        client_id=provider.settings["client_id"],
        secret=_client_secret(provider),
        scopes=("openid", "email", "name"),
        issuer=ISSUER,
        posts_back=True,
    )


def _client_secret(provider: IdentityProvider) -> str:
    """A token signed by the tenant's own key, in the place of a secret that would lie about."""
    settings, now = provider.settings, timezone.now()
    said = {
        "iss": settings["team_id"],
        "sub": settings["client_id"],
        "aud": ISSUER,
        "iat": now,
        "exp": now + _SECRET_LASTS,
    }
    return jwt.encode(said, provider.secrets["private_key"], "ES256", headers={"kid": settings["key_id"]})
