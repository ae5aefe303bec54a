"""Any OpenID provider: Entra, Okta, Keycloak, Auth0 and the like (OpenID Connect Core 1.0). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.kinds.relying_party import RelyingParty

if TYPE_CHECKING:
    from accounts.models import IdentityProvider

DEFAULT_MAP = {
    "subject": "sub",
    "username": "preferred_username",
    "email": "email",
    "email_verified": "email_verified",
    "display_name": "name",
    "groups": "groups",
}


def relying_party(provider: IdentityProvider) -> RelyingParty:
    settings = provider.settings
    return RelyingParty(
        client_id=settings["client_id"],
        secret=provider.secrets.get("client_secret", ""),
        scopes=tuple(settings["scopes"].split()),
        issuer=settings["issuer"],
        asks_userinfo=settings["asks_userinfo"],
    )
