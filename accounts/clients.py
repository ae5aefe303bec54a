"""OAuth clients of a tenant: allauth keeps the client, we keep whose it is and what else it may."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.authorization.grants import SCOPES, check_grants, check_redirect_uri, check_target
from accounts.hashers import RandomSecret
from accounts.models import ClientRegistration, Kind, User
from audit.log import record
from audit.names import EventName
from tenants.refusal import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What a tenant says of a client. `app` is the user that client credentials stand for."""

    name: str
    confidential: bool
    grants: list[str]
    redirect_uris: list[str]
    scopes: list[str]
    targets: list[str]
    asks_consent: bool = True
    may_act: bool = False
    app: User | None = None


@transaction.atomic(durable=True)
def add_client(tenant: Tenant, facts: ClientFacts) -> tuple[ClientRegistration, Secret]:
    """Register a client; its secret is returned this once, and is of no use to a public one. Raises ValidationError."""
    client = Client(id=secrets.token_hex(16))
    registration = ClientRegistration(tenant=tenant, client=client)
    _fill(registration, facts)
    secret = _renew_secret(client)
    client.save(force_insert=True)
    registration.save(force_insert=True)
    record(EventName.CLIENT_ADDED, tenant_id=tenant.pk, client=client.pk, label=client.name)
    return registration, secret


@transaction.atomic(durable=True)
def change_client(registration: ClientRegistration, facts: ClientFacts) -> None:
    """Say anew what a client may. Tokens that it was given before end. Raises ValidationError."""
    client = registration.client
    _fill(registration, facts)
    client.save()
    registration.save()
    Token.objects.filter(client=client).delete()
    record(EventName.CLIENT_CHANGED, tenant_id=registration.tenant_id, client=client.pk, label=client.name)


@transaction.atomic(durable=True)
def renew_secret(registration: ClientRegistration) -> Secret:
    """Give a client another secret in the place of the one it has."""
    secret = _renew_secret(registration.client)
    registration.client.save(update_fields=["secret"])
    record(EventName.CLIENT_SECRET_RENEWED, tenant_id=registration.tenant_id, client=registration.client_id)
    return secret


@transaction.atomic(durable=True)
def drop_client(registration: ClientRegistration) -> None:
    """Forget a client and every token it was given."""
    record(EventName.CLIENT_DROPPED, tenant_id=registration.tenant_id, client=registration.client_id)
    registration.client.delete()


def end_tokens(user_ids: Iterable[UUID]) -> None:
    """End every access and refresh token that OAuth clients have of these users."""
    Token.objects.filter(user__in=user_ids).delete()


def forget_expired_tokens() -> None:
    Token.objects.expired().delete()


def _fill(registration: ClientRegistration, facts: ClientFacts) -> None:
    _check(registration, facts)
    client = registration.client
    client.name = facts.name.strip()
    client.type = Client.Type.CONFIDENTIAL if facts.confidential else Client.Type.PUBLIC
    client.set_grant_types(facts.grants)
    client.set_redirect_uris(facts.redirect_uris)
    client.set_scopes(facts.scopes)
    client.set_response_types(["code"])
    client.skip_consent = not facts.asks_consent
    client.clean_fields()
    registration.targets = "\n".join(facts.targets)
    registration.may_act, registration.app = facts.may_act, facts.app


def _check(registration: ClientRegistration, facts: ClientFacts) -> None:
    for scope in facts.scopes:
        if scope not in SCOPES:
            raise ValidationError({"scopes": f"“{scope}” is no scope of this portal."})
    for uri in facts.redirect_uris:
        check_redirect_uri(uri)
    for target in facts.targets:
        check_target(target)
    check_grants(facts.grants, confidential=facts.confidential, redirect_uris=facts.redirect_uris)
    if facts.may_act and not facts.confidential:
        raise ValidationError({"may_act": "Only a client that keeps a secret may act for others."})
    if facts.app and (facts.app.tenant_id, facts.app.kind) != (registration.tenant_id, Kind.APP):
        raise ValidationError({"app": "Choose an app among this tenant's users."})


def _renew_secret(client: Client) -> Secret:
    # Letters and digits alone: allauth does not decode what RFC 6749, 2.3.1, has clients encode.
    secret = Secret(secrets.token_hex(32))
    client.secret = make_password(secret.reveal(), hasher=RandomSecret.algorithm)
    return secret
