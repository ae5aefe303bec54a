"""OAuth 2.0 Token Exchange (RFC 8693): a proof becomes a portal access token, or AWS credentials, for a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts import proofs
from accounts.authorization.access_tokens import Issued, issue
from accounts.authorization.grants import CHAT
from accounts.recognition import recognise
from exchange.services import Exchanged, exchange
from exchange.token_request import AWS_CREDENTIALS, Shown, TokenRequest
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import ClientRegistration, User
    from accounts.proofs import Presented, Proof
    from tenants.models import Tenant

# How many have acted for one another in a row; more is a loop or a mistake.
_ACTORS_MAX = 4


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and where: a client that has proved itself, and the issuer it asked."""

    tenant: Tenant
    registration: ClientRegistration
    issuer: str

    def presented(self, shown: Shown) -> Presented:
        return proofs.Presented(self.tenant, shown.value, origin=self.issuer)


def exchange_token(asking: Asking, asked: TokenRequest) -> Issued | Exchanged:
    """Return what was asked for. Raises a Refusal."""
    now = timezone.now()
    _check_targets(asking, asked)
    actor = _recognised(asking, asked.actor, now) if asked.actor else None
    if actor is not None and not asking.registration.may_act:
        raise Refusal(
            "unauthorized_client", "This client may not act for others. Its registration says so.", status=400
        )
    if asked.requested_type == AWS_CREDENTIALS:
        _granted(asking, asked, frozenset([CHAT]))
        kind, shown = asked.subject.kind, asking.presented(asked.subject)
        return exchange(kind, shown, duration_seconds=asked.duration_seconds, asked_by=_who(asking, actor))
    proof = proofs.verify(asked.subject.kind, asking.presented(asked.subject), now)
    user = recognise(proof, tenant=asking.tenant, now=now)
    return issue(
        asking.registration,
        user,
        issuer=asking.issuer,
        targets=asked.targets or [asking.issuer],
        scopes=_granted(asking, asked, proof.scopes),
        actor=_chain(actor, proof),
        ends_at=proof.expires_at,
        now=now,
    )


def _recognised(asking: Asking, shown: Shown, now: datetime) -> User:
    return recognise(proofs.verify(shown.kind, asking.presented(shown), now), tenant=asking.tenant, now=now)


def _check_targets(asking: Asking, asked: TokenRequest) -> None:
    allowed = {asking.issuer, *asking.registration.get_targets()}
    if asked.requested_type == AWS_CREDENTIALS and asked.targets:
        raise Refusal("invalid_target", "AWS credentials have no audience and no resource.", status=400)
    for target in asked.targets:
        if target not in allowed:
            raise Refusal("invalid_target", f"This client is not registered for {target[:200]}.", status=400)


def _granted(asking: Asking, asked: TokenRequest, at_most: frozenset[str] | None) -> list[str]:
    """Return the scopes that the client may have and the subject's token allows, and that were asked for."""
    own = asking.registration.client.get_scopes()
    possible = [scope for scope in own if at_most is None or scope in at_most]
    wanted = possible if asked.scopes is None else asked.scopes
    beyond = [scope for scope in wanted if scope not in possible]
    if beyond or (asked.requested_type == AWS_CREDENTIALS and CHAT not in possible):
        sentence = f"This client can't have the scope “{(beyond or [CHAT])[0][:40]}” by this token."
        raise Refusal("invalid_scope", sentence, status=400)
    return list(dict.fromkeys(wanted))


def _chain(actor: User | None, proof: Proof) -> dict[str, Any] | None:
    """Who acts now, and within it who acted before (RFC 8693, section 4.1)."""
    if actor is None:
        return proof.actor
    chain: dict[str, Any] = {"sub": str(actor.pk), **({"act": proof.actor} if proof.actor else {})}
    inner: Any = chain
    for _ in range(_ACTORS_MAX):
        inner = (inner or {}).get("act")
    if inner:
        raise Refusal("invalid_request", "Too many have acted for one another in this token.", status=400)
    return chain


def _who(asking: Asking, actor: User | None) -> dict[str, str]:
    return {"client": asking.registration.client_id, **({"actor": str(actor.pk)} if actor else {})}
