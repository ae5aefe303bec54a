"""Google, for anybody or for the people of one Workspace (Google Identity, OpenID Connect). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.kinds import oidc
from accounts.kinds.relying_party import RelyingParty

if TYPE_CHECKING:
    from accounts.models import IdentityProvider

ISSUER = "https://accounts.google.com"
DEFAULT_MAP = {**oidc.DEFAULT_MAP, "username": "email", "groups": ""}


def relying_party(provider: IdentityProvider) -> RelyingParty:
    workspace = provider.settings["workspace"]
    hosted = {"hd": workspace} if workspace else {}
    return RelyingParty(
        client_id=provider.settings["client_id"],
        secret=provider.secrets["client_secret"],
        issuer=ISSUER,
        demanded=hosted,
        sent={**hosted, "prompt": "select_account"},
    )
