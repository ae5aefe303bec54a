"""allauth's hook where an id_token says who somebody is at Chime, for the AWS that trusts the portal as a provider."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from accounts.authorization.adapter import TenantOIDCAdapter
from accounts.authorization.grants import CHAT
from chimeusers.services import membership
from exchange.tags import claims_of, session_tags
from tenants.failures import Misconfigured
from tenants.services import link_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allauth.idp.oidc.models import Client

    from accounts.models import User
    from tenants.models import Tenant


class OIDCAdapter(TenantOIDCAdapter):
    def get_claims(
        self, purpose: Any, user: User | None, client: Client, scopes: Iterable[str], email: str | None = None, **_: Any
    ) -> dict[str, Any]:
        claims = super().get_claims(purpose, user, client, scopes, email=email)
        if purpose == "id_token" and user is not None and user.tenant is not None and CHAT in scopes:
            claims |= _at_chime(user, user.tenant)
        return claims


def _at_chime(user: User, tenant: Tenant) -> dict[str, Any]:
    """STS reads the tags from AWS's own claim, a Cognito pool's attribute map from plain ones."""
    try:
        place = membership(user, link_of(tenant))
    except Misconfigured:  # A tenant that is not linked has its apps, but no chat.
        return {}
    tags = session_tags(
        app_instance_user_id=place.user_id,
        app_instance_id=place.app_instance_id,
        tenant_id=tenant.pk,
        exchange_id=uuid.uuid4(),
    )
    return claims_of(tags) | {name: tags[name] for name in ("UserUUID", "AppInstanceId", "TenantId")}
