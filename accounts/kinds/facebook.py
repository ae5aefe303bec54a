"""Facebook Login (Meta for Developers, Manually Build a Login Flow): OAuth 2.0, and a profile to be asked for. Pure."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from accounts.kinds.relying_party import Endpoints, RelyingParty

if TYPE_CHECKING:
    from accounts.models import IdentityProvider

DIALOG = "https://www.facebook.com/v23.0/dialog/oauth"
GRAPH = "https://graph.facebook.com/v23.0"
DEFAULT_MAP = {"subject": "id", "username": "email", "email": "email", "display_name": "name"}


def relying_party(provider: IdentityProvider) -> RelyingParty:
    secret = provider.secrets["client_secret"]

    def profile(access_token: str) -> str:
        """With a proof that the app itself asks (Meta for Developers, Securing Graph API Requests)."""
        proof = hmac.new(secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()
        return f"{GRAPH}/me?fields=id,name,email&appsecret_proof={proof}"

    return RelyingParty(
        client_id=provider.settings["client_id"],
        secret=secret,
        scopes=("public_profile", "email"),
        endpoints=Endpoints(DIALOG, f"{GRAPH}/oauth/access_token", profile),
    )
