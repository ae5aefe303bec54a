"""allauth's hooks as an OpenID provider: whose keys, which claims, and what a client may ask tokens for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import context
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import PrivateKey
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import signing
from accounts.authorization.discovery import origin_of, this_tenant
from accounts.authorization.grants import SCOPES
from accounts.authorization.requests import client_asking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allauth.idp.oidc.models import Client

    from accounts.models import User


class TenantOIDCAdapter(DefaultOIDCAdapter):
    scope_display = SCOPES

    def get_issuer(self) -> str:
        return origin_of(context.request)

    def list_private_keys(self, **_: Any) -> list[PrivateKey]:
        """Every published key: a token lives for less time than the key that signed it is published afterwards."""
        found = signing.private_keys(this_tenant(), now=timezone.now())
        return [PrivateKey(pem=key.reveal()) for key in found]

    def get_signing_key(self) -> PrivateKey:
        return self.list_private_keys()[0]

    def populate_access_token(
        self, access_token: dict[str, Any], *, client: Client, user: User | None, **_: Any
    ) -> None:
        """Say which tenant it is of, and for whom (RFC 9068, section 2.2): the portal, unless another was asked for."""
        access_token.setdefault("aud", [self.get_issuer()])
        access_token["tenant"] = str(this_tenant().pk)
        if user is None:  # Client credentials: the client speaks for itself (RFC 9068, section 2.2).
            access_token["sub"] = client.pk

    def get_claims(
        self, purpose: Any, user: User | None, client: Client, scopes: Iterable[str], email: str | None = None, **_: Any
    ) -> dict[str, Any]:
        if user is None:
            return {"sub": client.pk}
        claims: dict[str, Any] = super().get_claims(purpose, user, client, scopes, email=email)
        if "profile" in scopes:
            claims |= {"name": user.shown_name, "preferred_username": user.username}
        return claims

    def validate_resource_uris(self, *, uris: list[str], **_: Any) -> None:
        registration = client_asking(context.request)
        allowed = {self.get_issuer(), *(registration.get_targets() if registration else [])}
        for uri in uris:
            if uri not in allowed:
                raise ValidationError(f"This client is not registered for the resource {uri[:200]}.")
