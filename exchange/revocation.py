"""Out means out: whoever is put out here is denied what AWS gave them before. The only writer of revocations.

Noted in the transaction that puts somebody out; a worker then makes the policy of each role what it ought to be, and
makes it shorter again when the sessions are over anyway.
"""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from amqp.exceptions import AMQPError
from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from structlog import get_logger

from audit.log import record
from audit.names import EventName
from exchange.denials import Denied, policy, whole_second_after
from exchange.models import DeniedRole, Issuance, Revocation
from tenants import aws
from tenants.failures import Failure, Missing, Unavailable
from tenants.models import Tenant
from tenants.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from mypy_boto3_iam import IAMClient

log = get_logger()

# Longer than the calls to IAM with their retries can take (tenants/aws.py).
_IAM = "us-east-1"  # IAM has one place for all regions.
_LEASE = timedelta(seconds=60)
_RETRY_AFTER, _LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)


def note(tenant_id: UUID, user_ids: Iterable[UUID], *, now: datetime) -> None:
    """Write that these users' sessions at AWS are to end, in the transaction of what puts them out."""
    live = Issuance.objects.filter(tenant=tenant_id, user_id__in=list(user_ids), expires_at__gt=now)
    found: dict[tuple[UUID, str], list[Issuance]] = {}
    for issuance in live.only("user_id", "role_arn", "tags", "expires_at", "username"):
        found.setdefault((issuance.user_id, issuance.tags["UserUUID"]), []).append(issuance)
    Revocation.objects.bulk_create(
        Revocation(
            tenant_id=tenant_id,
            user_id=user_id,
            username=issuances[-1].username,
            user_tag=user_tag,
            before=whole_second_after(now),
            ends_at=max(one.expires_at for one in issuances),
            roles=sorted({one.role_arn for one in issuances}),
            waiting=sorted({one.role_arn for one in issuances}),
            asked_at=now,
        )
        for (user_id, user_tag), issuances in found.items()
    )
    _look_again(tenant_id, {one.role_arn for issuances in found.values() for one in issuances}, now=now)


def tenants_with_work(now: datetime) -> list[Tenant]:
    """Return who has sessions to be denied, or denials that are over: few, however many tenants there are."""
    with unscoped():
        due = DeniedRole.objects.filter(_free(now), due_at__lte=now).values("tenant")
        over = Revocation.objects.filter(ends_at__lte=now, pruned=False).values("tenant")
        return list(Tenant.objects.filter(Q(pk__in=due) | Q(pk__in=over)))


def settle(tenant: Tenant) -> None:
    """Make the policies of this tenant's due roles what they ought to be. Nothing is lost when this stops half-way."""
    now = timezone.now()
    _prune(tenant, now=now)
    for role in list(_due(tenant, now)):
        claimed = _claimed(role)
        if claimed:
            _settle_role(tenant, claimed)


def _settle_role(tenant: Tenant, role: DeniedRole) -> None:
    now = timezone.now()
    live = [one for one in Revocation.objects.filter(tenant=tenant, ends_at__gt=now) if role.role_arn in one.roles]
    try:
        _put(role.role_arn, tenant, live)
    except Failure as failure:
        _postpone(role, failure)
    else:
        _done(tenant, role, live, now=timezone.now())


def _put(role_arn: str, tenant: Tenant, live: list[Revocation]) -> None:
    """One policy for each tenant: several may share a role. Raises one of tenants.failures."""
    iam, role_name = _iam(tenant), role_arn.rpartition("/")[2]
    named = {"RoleName": role_name, "PolicyName": f"chime-portal-out-{tenant.pk}"}
    with suppress(Missing), aws.sorted_failures():  # A role that is gone lets nobody in.
        if not live:
            iam.delete_role_policy(**named)
        else:
            document = policy([Denied(one.user_tag, one.before) for one in live], str(tenant.pk))
            iam.put_role_policy(**named, PolicyDocument=json.dumps(document, separators=(",", ":")))


def _iam(tenant: Tenant) -> IAMClient:
    link = getattr(tenant, "aws_link", None)
    return aws.client_of(link, "iam", _IAM) if link else aws.client("iam", _IAM)


@transaction.atomic(durable=True)
def _done(tenant: Tenant, role: DeniedRole, live: list[Revocation], *, now: datetime) -> None:
    for one in live:
        if role.role_arn in one.waiting:
            one.waiting = [arn for arn in one.waiting if arn != role.role_arn]
            one.denied_at = None if one.waiting else now
            one.save(update_fields=["waiting", "denied_at"])
            if one.denied_at:
                record(EventName.SESSIONS_DENIED, tenant_id=tenant.pk, subject_id=one.user_id, roles=one.roles)
    these = DeniedRole.objects.filter(pk=role.pk)
    if not these.filter(stamp=role.stamp).update(leased_until=None, due_at=None, reason="", attempts=0):
        these.update(leased_until=None)  # Somebody else was put out meanwhile: once more.


@transaction.atomic(durable=True)
def _postpone(role: DeniedRole, failure: Failure) -> None:
    """Go on trying: who is out stays out, and whatever is wrong at AWS may be mended."""
    wait = min(_RETRY_AFTER * 2**role.attempts, _LONGEST_WAIT)
    if isinstance(failure, Unavailable):
        wait = min(wait, timedelta(minutes=1))
    else:
        log.error("sessions_not_denied", role_arn=role.role_arn, tenant_id=str(role.tenant_id), reason=str(failure))
    DeniedRole.objects.filter(pk=role.pk).update(
        leased_until=None, reason=str(failure), attempts=min(role.attempts + 1, 10), due_at=timezone.now() + wait
    )


@transaction.atomic(durable=True)
def _prune(tenant: Tenant, *, now: datetime) -> None:
    """Look again at roles where a session has ended that was denied; what was never denied need not be any more."""
    over = Revocation.objects.filter(tenant=tenant, ends_at__lte=now, pruned=False)
    roles = {arn for one in over for arn in one.roles}
    over.update(pruned=True)
    if roles:
        _look_again(tenant.pk, roles, now=now)


def _look_again(tenant_id: UUID, role_arns: Iterable[str], *, now: datetime) -> None:
    rows = [DeniedRole(tenant_id=tenant_id, role_arn=arn, due_at=now, stamp=uuid.uuid4()) for arn in sorted(role_arns)]
    fresh = ["stamp", "due_at", "attempts", "reason"]
    DeniedRole.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["tenant", "role_arn"], update_fields=fresh
    )
    if rows:
        transaction.on_commit(partial(_ring, tenant_id))


def _ring(tenant_id: UUID) -> None:
    """Wake a worker. It is a bell only: when the broker is away the timetable finds the work."""
    try:
        current_app.send_task("exchange.tasks.deny_sessions", kwargs={"tenant_id": str(tenant_id)})
    except (OperationalError, AMQPError, OSError) as error:
        log.warning("bell_not_heard", tenant_id=str(tenant_id), error=str(error))


def _due(tenant: Tenant, now: datetime) -> Iterable[DeniedRole]:
    return DeniedRole.objects.filter(_free(now), tenant=tenant, due_at__lte=now)


def _claimed(role: DeniedRole) -> DeniedRole | None:
    """Take a role for this worker alone: two at once might put an older policy over a newer one."""
    now = timezone.now()
    free = DeniedRole.objects.filter(_free(now), pk=role.pk, due_at__lte=now)
    return DeniedRole.objects.get(pk=role.pk) if free.update(leased_until=now + _LEASE) else None


def _free(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=now)
