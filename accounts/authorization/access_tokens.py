"""The portal's access tokens, beyond those that allauth issues: signed, and kept as a digest so that they can end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.idp.oidc import app_settings
from allauth.idp.oidc.models import Token
from django.db import transaction

from accounts import signing
from audit.log import record
from audit.names import EventName

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import ClientRegistration, User
    from tenants.refusal import Secret


@dataclass(frozen=True, slots=True)
class Issued:
    """An access token, its lifetime in seconds and its scopes."""

    token: Secret
    seconds: int
    scopes: list[str]


def issue(
    registration: ClientRegistration,
    user: User,
    *,
    issuer: str,
    targets: list[str],
    scopes: list[str],
    actor: dict[str, Any] | None,
    ends_at: datetime | None,
    now: datetime,
) -> Issued:
    """Give a client an access token about a user (RFC 9068), which ends no later than the proof it came from."""
    longest = now + timedelta(seconds=app_settings.ACCESS_TOKEN_EXPIRES_IN)
    expires_at = min(longest, ends_at or longest)
    lifetime = {"iat": int(now.timestamp()), "exp": int(expires_at.timestamp())}
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": str(user.pk),
        "aud": targets,
        "client_id": registration.client_id,
        **lifetime,
        "jti": uuid.uuid4().hex,
        "scope": " ".join(scopes),
        "token_use": "access",
        "tenant": str(registration.tenant_id),
        **({"act": actor} if actor else {}),
    }
    token = signing.sign(registration.tenant, claims, now=now)
    row = Token(type=Token.Type.ACCESS_TOKEN, client=registration.client, user=user, expires_at=expires_at)
    row.set_value(token.reveal())
    row.set_scopes(scopes)
    row.set_resources(targets)
    _keep(row, registration, claims)
    return Issued(token, lifetime["exp"] - lifetime["iat"], scopes)


@transaction.atomic(durable=True)
def _keep(row: Token, registration: ClientRegistration, claims: dict[str, Any]) -> None:
    row.save(force_insert=True)
    told = {name: claims[name] for name in ("jti", "scope", "aud")} | {"actor": claims.get("act", {}).get("sub", "")}
    record(
        EventName.TOKEN_EXCHANGED,
        tenant_id=registration.tenant_id,
        subject_id=row.user_id,
        client=registration.client_id,
        **told,
    )
