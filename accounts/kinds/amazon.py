"""Login with Amazon (Login with Amazon Developer Guide, Authorization Code Grant): OAuth 2.0 and a profile. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.kinds.relying_party import Endpoints, RelyingParty

if TYPE_CHECKING:
    from accounts.models import IdentityProvider

AUTHORIZATION = "https://www.amazon.com/ap/oa"
API = "https://api.amazon.com"
DEFAULT_MAP = {"subject": "user_id", "username": "email", "email": "email", "display_name": "name"}


def relying_party(provider: IdentityProvider) -> RelyingParty:
    return RelyingParty(
        client_id=provider.settings["client_id"],
        secret=provider.secrets["client_secret"],
        scopes=("profile",),
        endpoints=Endpoints(AUTHORIZATION, f"{API}/auth/o2/token", lambda _: f"{API}/user/profile"),
    )
