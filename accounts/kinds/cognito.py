"""Amazon Cognito user pools, by way of their managed login (Amazon Cognito Developer Guide, OIDC endpoints). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.kinds import oidc
from accounts.kinds.relying_party import RelyingParty

if TYPE_CHECKING:
    from accounts.models import IdentityProvider

ISSUER = "https://cognito-idp.{region}.amazonaws.com/{pool}"
DEFAULT_MAP = {**oidc.DEFAULT_MAP, "username": "cognito:username", "groups": "cognito:groups"}


def relying_party(provider: IdentityProvider) -> RelyingParty:
    """The pool's id begins with its region: eu-central-1_a1B2c3D4e."""
    pool = provider.settings["user_pool_id"]
    return RelyingParty(
        client_id=provider.settings["client_id"],
        secret=provider.secrets.get("client_secret", ""),
        issuer=ISSUER.format(region=pool.partition("_")[0], pool=pool),
    )
