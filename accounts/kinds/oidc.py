"""Any OpenID provider: Entra, Okta, Keycloak, Auth0 and the like (OpenID Connect Core 1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.socialaccount.models import SocialApp

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


def app(provider: IdentityProvider) -> SocialApp:
    return SocialApp(
        provider="openid_connect",
        provider_id=provider.slug,
        name=provider.name,
        client_id=provider.settings["client_id"],
        secret=provider.secrets.get("client_secret", ""),
        settings={"server_url": provider.settings["issuer"]},
    )
