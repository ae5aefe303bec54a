"""The first river: from a proof to credentials. Each step takes what only the step before can give."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts import proofs
from accounts.recognition import recognise
from audit.log import record
from audit.names import EventName
from audit.origin import current_origin
from chimeusers.services import Membership, ensure, membership
from exchange import reuse, sts, web_identity
from exchange.models import Issuance, Rule
from exchange.policy import Bounds, Grant, Road, Wish, decide, rule_for
from tenants import aws
from tenants.failures import Failure, refusal_of
from tenants.models import AWSLink, Way
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User
    from exchange.sts import Credentials
    from tenants.models import Tenant


# From a Grant to Credentials, as the tenant has chosen.
WAYS: dict[str, Callable[[Tenant, Grant], Credentials]] = {
    Way.ASSUME_ROLE: sts.issue,
    Way.WEB_IDENTITY: web_identity.issue,
}


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What the caller gets, in whichever shape they read it. Renew after `renew_after`: late, but not too late."""

    exchange_id: UUID
    tenant: Tenant
    user: User
    place: Membership
    credentials: Credentials
    renew_after: datetime


def exchange(
    kind: str, unverified: proofs.Presented, *, duration_seconds: int | None = None, may_reuse: bool = True
) -> Exchanged:
    """Exchange what was presented for temporary credentials of one person. Raises a Refusal with the exchange id."""
    wish = Wish(uuid.uuid4(), duration_seconds, may_reuse)
    try:
        return _exchange(kind, unverified, wish)
    except Failure as failure:
        refusal = refusal_of(failure)
        refusal.extra["exchange_id"] = str(wish.exchange_id)
        _write_refused(unverified.tenant, kind, wish, refusal, cause=str(failure))
        raise refusal from failure
    except Refusal as refusal:
        refusal.extra["exchange_id"] = str(wish.exchange_id)
        _write_refused(unverified.tenant, kind, wish, refusal, cause=" ".join(getattr(refusal, "__notes__", [])))
        raise


def _exchange(kind: str, unverified: proofs.Presented, wish: Wish) -> Exchanged:
    now, tenant = timezone.now(), unverified.tenant
    proof = proofs.verify(kind, unverified, now)
    user = recognise(proof, tenant=tenant, now=now)
    place = membership(user)
    rule = rule_for(user, Rule.objects.filter(tenant=tenant))
    road = _road(tenant)
    bounds = Bounds(tenant.credential_seconds, chained=_is_chained(road))
    grant = decide(user, proof, wish, now, rule=rule, place=place, road=road, bounds=bounds)
    ensure(user)
    credentials, got_by = _issue(tenant, user, grant, wish)
    _write_issued(tenant, user, proof, grant, credentials, got_by)
    return Exchanged(wish.exchange_id, tenant, user, place, credentials, _renew_after(now, credentials.expires_at))


def _issue(tenant: Tenant, user: User, grant: Grant, wish: Wish) -> tuple[Credentials, UUID]:
    """Return credentials and the exchange that got them from AWS, which the session's tags name."""
    issue = partial(WAYS[grant.road.way], tenant, grant)
    if wish.reuse and tenant.reuses_credentials:
        return reuse.shared(tenant, user, grant, issue)
    return issue(), grant.exchange_id


def _road(tenant: Tenant) -> Road:
    link = AWSLink.objects.get(tenant=tenant)
    return Road(link.region, link.way, link.issuer, link.external_id, link.names_source)


def _is_chained(road: Road) -> bool:
    """Tell whether a role would be assumed by a role; whoever shows STS a token is none."""
    return road.way == Way.ASSUME_ROLE and aws.runs_on_role(road.region)


@transaction.atomic(durable=True)
def set_rule(
    tenant: Tenant,
    *,
    profile: str,
    role_arn: str,
    user_role: str = "",
    group: str = "",
    position: int = 0,
    max_seconds: int = 3_600,
) -> Rule:
    """Say what these people of a tenant get. Raises ValidationError when AWS would not take it."""
    people: dict[str, Any] = {"profile": profile, "user_role": user_role, "group": group}
    rule = Rule.objects.filter(tenant=tenant, **people).first() or Rule(tenant=tenant, **people)
    rule.role_arn, rule.max_seconds, rule.position = role_arn, max_seconds, position
    rule.full_clean()
    rule.save()
    reuse.drop(tenant.pk)
    record(EventName.RULE_SET, tenant_id=tenant.pk, **people, role_arn=role_arn, max_seconds=max_seconds)
    return rule


@transaction.atomic(durable=True)
def drop_rule(rule: Rule) -> None:
    """Take away what some people have got."""
    people: dict[str, Any] = {"profile": rule.profile, "user_role": rule.user_role, "group": rule.group}
    record(EventName.RULE_DROPPED, tenant_id=rule.tenant_id, **people, role_arn=rule.role_arn)
    rule.delete()
    reuse.drop(rule.tenant_id)


@transaction.atomic(durable=True)
def _write_issued(
    tenant: Tenant, user: User, proof: proofs.Proof, grant: Grant, credentials: Credentials, got_by: UUID
) -> None:
    """No record, no credentials: when this fails, nobody gets them."""
    origin = current_origin()
    Issuance.written(
        id=grant.exchange_id,
        tenant=tenant,
        user_id=user.pk,
        username=user.username,
        address=origin.address,
        agent=origin.agent[:200],
        proof_kind=proof.kind,
        proof_reference=proof.reference,
        role_arn=grant.role_arn,
        session_name=grant.session_name,
        tags=grant.tags | {"ExchangeId": str(got_by)},
        access_key_id=credentials.access_key_id,
        expires_at=credentials.expires_at,
    )
    record(EventName.CREDENTIALS_ISSUED, tenant_id=tenant.pk, subject_id=user.pk, exchange_id=str(grant.exchange_id))


@transaction.atomic(durable=True)
def _write_refused(tenant: Tenant, kind: str, wish: Wish, refusal: Refusal, *, cause: str) -> None:
    record(
        EventName.EXCHANGE_REFUSED,
        tenant_id=tenant.pk,
        exchange_id=str(wish.exchange_id),
        proof_kind=kind[:40],
        code=refusal.code,
        cause=cause,
    )


def _renew_after(now: datetime, expires_at: datetime) -> datetime:
    """Between 70 % and 80 % of the way, drawn anew each time: who came together shall not come back together."""
    return now + timedelta(seconds=(expires_at - now).total_seconds() * random.uniform(0.7, 0.8))  # noqa: S311
