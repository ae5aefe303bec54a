"""The first river: from a proof to credentials. Each step takes what only the step before can give."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import proofs
from accounts.recognition import recognise
from audit.log import record
from audit.names import EventName
from audit.origin import current_origin
from chimeusers.services import Membership, ensure, membership
from exchange import cognito, reuse, sts, web_identity
from exchange.abilities import USUAL
from exchange.models import Issuance, Rule
from exchange.policy import Bounds, Grant, Road, Wish, decide, rule_for
from tenants import aws
from tenants.failures import Failure, refusal_of
from tenants.models import Way
from tenants.prepared import Prepared
from tenants.refusal import Refusal
from tenants.services import link_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from accounts.models import User
    from exchange.sts import Credentials
    from tenants.models import AWSLink, Tenant


# From a Grant to Credentials, as the tenant has chosen.
WAYS: dict[str, Callable[[Tenant, Grant], Credentials]] = {
    Way.ASSUME_ROLE: sts.issue,
    Way.WEB_IDENTITY: web_identity.issue,
    Way.COGNITO: cognito.issue,
    Way.COGNITO_ENHANCED: cognito.issue_enhanced,
}


_RULES = Prepared(lambda tenant: Rule.objects.filter(tenant=tenant), tenant=UUID)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What the caller gets, in whichever shape they read it. Renew after `renew_after`: late, but not too late."""

    exchange_id: UUID
    tenant: Tenant
    user: User
    place: Membership
    credentials: Credentials
    renew_after: datetime


class RuleValues(TypedDict, total=False):
    """What a rule says of its people."""

    role_arn: str
    position: int
    max_seconds: int
    abilities: list[str]
    narrows: bool
    session_name: str
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class PoolPlace:
    """A user, their place at Chime, and the Cognito pool that believes their id_token under this key."""

    user: User
    place: Membership
    identity_pool_id: str
    login_key: str


def exchange(
    kind: str,
    unverified: proofs.Presented,
    *,
    duration_seconds: int | None = None,
    may_reuse: bool = True,
    asked_by: dict[str, str] | None = None,
) -> Exchanged:
    """Exchange what was presented for temporary credentials of one person. Raises a Refusal with the exchange id.

    `asked_by` is the OAuth client that asks, and who acts in the person's place, for the audit trail.
    """
    wish = Wish(uuid.uuid4(), duration_seconds, may_reuse, asked_by or {})
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
    link = link_of(tenant)
    place = membership(user, link)
    rule = rule_for(user, _RULES.all(tenant=tenant.pk))
    road = road_of(link)
    grant = decide(user, proof, wish, now, rule=rule, place=place, road=road, bounds=_bounds(tenant, road))
    ensure(user, link)
    credentials, got_by = _issue(tenant, user, grant, wish)
    _write_issued(user, proof, wish, grant, credentials, got_by)
    return Exchanged(wish.exchange_id, tenant, user, place, credentials, _renew_after(now, credentials.expires_at))


def preview(rule: Rule, user: User) -> Grant:
    """Return what AWS would be asked for, if this rule counted for this user. Raises a Refusal or a Failure."""
    link = link_of(rule.tenant)
    road = road_of(link)
    proof, wish = proofs.Proof("preview", rule.tenant_id, user.pk, None, ""), Wish(uuid.uuid4())
    return decide(
        user,
        proof,
        wish,
        timezone.now(),
        rule=rule,
        place=membership(user, link),
        road=road,
        bounds=_bounds(rule.tenant, road),
    )


def pool_place(unverified: proofs.Presented, kind: str) -> PoolPlace:
    """Where somebody takes an id_token by themselves; Chime knows them then. Raises a Refusal."""
    now, tenant = timezone.now(), unverified.tenant
    user = recognise(proofs.verify(kind, unverified, now), tenant=tenant, now=now)
    link = getattr(tenant, "aws_link", None)
    if link is None or not (link.login_key and link.identity_pool_id):
        raise Refusal("no_identity_pool", "Pages of this tenant go to no identity pool by themselves.", status=404)
    try:
        ensure(user, link)
    except Failure as failure:
        raise refusal_of(failure) from failure
    return PoolPlace(user, membership(user, link), link.identity_pool_id, link.login_key)


def _issue(tenant: Tenant, user: User, grant: Grant, wish: Wish) -> tuple[Credentials, UUID]:
    """Return credentials and the exchange that got them from AWS, which the session's tags name."""
    issue = partial(WAYS[grant.road.way], tenant, grant)
    if wish.reuse and tenant.reuses_credentials:
        return reuse.shared(tenant, user, grant, issue)
    return issue(), grant.exchange_id


def road_of(link: AWSLink) -> Road:
    return Road(
        link.region,
        link.way,
        link.issuer,
        link.external_id,
        link.names_source,
        link.identity_pool_id,
        link.developer_provider,
        link.files_bucket,
    )


def _bounds(tenant: Tenant, road: Road) -> Bounds:
    return Bounds(tenant.credential_seconds, _is_chained(road), road.way == Way.COGNITO_ENHANCED)


def _is_chained(road: Road) -> bool:
    """Tell whether a role would be assumed by a role; whoever shows STS a token is none."""
    return road.way == Way.ASSUME_ROLE and aws.runs_on_role(road.region)


@transaction.atomic(durable=True)
def set_rule(
    tenant: Tenant, *, profile: str, user_role: str = "", group: str = "", **values: Unpack[RuleValues]
) -> Rule:
    """Say what these people of a tenant get; what is not said stays. Raises ValidationError for what AWS won't take."""
    people: dict[str, Any] = {"profile": profile, "user_role": user_role, "group": group}
    rule = Rule.objects.filter(tenant=tenant, **people).first()
    rule = rule or Rule(tenant=tenant, **people, abilities=list(USUAL.get(profile, ())))
    for name, value in values.items():
        setattr(rule, name, value)
    rule.full_clean()
    rule.save()
    reuse.drop(tenant.pk)
    record(EventName.RULE_SET, tenant_id=tenant.pk, **people, **values)
    return rule


@transaction.atomic(durable=True)
def drop_rule(rule: Rule) -> None:
    """Take away what some people have got."""
    people: dict[str, Any] = {"profile": rule.profile, "user_role": rule.user_role, "group": rule.group}
    record(EventName.RULE_DROPPED, tenant_id=rule.tenant_id, **people, role_arn=rule.role_arn)
    rule.delete()
    reuse.drop(rule.tenant_id)


@transaction.atomic(durable=True)
def forget_issuances(tenant: Tenant, *, now: datetime) -> None:
    """Delete the issuances that have been kept long enough."""
    before = now - timedelta(days=tenant.issuance_days)
    forgotten = Issuance.objects.filter(tenant=tenant, issued_at__lt=before, expires_at__lt=now).forget()
    if forgotten:
        record(EventName.ISSUANCES_FORGOTTEN, tenant_id=tenant.pk, number=forgotten, before=before.isoformat())


@transaction.atomic(durable=True)
def _write_issued(
    user: User, proof: proofs.Proof, wish: Wish, grant: Grant, credentials: Credentials, got_by: UUID
) -> None:
    """No record, no credentials: when this fails, nobody gets them."""
    origin = current_origin()
    Issuance.written(
        id=grant.exchange_id,
        tenant_id=proof.tenant_id,
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
    told: dict[str, Any] = {"exchange_id": str(grant.exchange_id), "asked_by": wish.asked_by}
    record(EventName.CREDENTIALS_ISSUED, tenant_id=proof.tenant_id, subject_id=user.pk, **told)


@transaction.atomic(durable=True)
def _write_refused(tenant: Tenant, kind: str, wish: Wish, refusal: Refusal, *, cause: str) -> None:
    record(
        EventName.EXCHANGE_REFUSED,
        tenant_id=tenant.pk,
        exchange_id=str(wish.exchange_id),
        proof_kind=kind[:40],
        code=refusal.code,
        cause=cause,
        asked_by=wish.asked_by,
    )


def _renew_after(now: datetime, expires_at: datetime) -> datetime:
    """Between 70 % and 80 % of the way, drawn anew each time: who came together shall not come back together."""
    return now + timedelta(seconds=(expires_at - now).total_seconds() * random.uniform(0.7, 0.8))  # noqa: S311
