"""What the upper floors may ask of this one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from chimeusers import budget, channels, naming, queue
from chimeusers.beliefs import belief
from chimeusers.models import Budget, Change, ChimeUser, State
from chimeusers.standing import with_standing
from chimeusers.sync import settle
from tenants.failures import Rejected, Unavailable
from tenants.models import AWSLink
from tenants.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from tenants.models import Tenant

# Seconds to wait for a worker that is creating the same user at this moment, and between two looks.
_PATIENCE, _LOOK_EVERY = 5.0, 0.05


@dataclass(frozen=True, slots=True)
class Membership:
    """Where a user is, or will be, at Chime."""

    region: str
    app_instance_arn: str
    app_instance_id: str
    user_id: str
    user_arn: str


def membership(user: User, link: AWSLink) -> Membership:
    """Return the user's place at Chime, where their tenant is linked to."""
    user_id = naming.app_instance_user_id(user)
    return Membership(link.region, link.app_instance_arn, link.app_instance_id, user_id, link.user_arn(user_id))


def ensure(user: User, link: AWSLink) -> None:
    """Return once Chime knows the user; raises one of tenants.failures when that can't be had now.

    Who is known already costs no call: a changed name may follow later, being there may not. The lease of the
    user's Change row is the one lock: a worker settling the same user is waited for.
    """
    gives_up_at = time.monotonic() + _PATIENCE
    while not _is_present(link, user):
        if not User.objects.filter(tenant=link.tenant_id, pk=user.pk, is_active=True).exists():
            raise Rejected("This user was disabled or deleted a moment ago.")
        change = _claimed(link, user)
        if change is not None:
            _settle_claimed(link, change)
        elif time.monotonic() > gives_up_at:
            raise Unavailable("Chime is still being told about this user.")
        else:
            time.sleep(_LOOK_EVERY)


def forgotten_at(tenant: Tenant, user_id: UUID) -> datetime | None:
    """Return when Chime forgot somebody, or None where it knows them, or never did."""
    absent = ChimeUser.objects.filter(tenant=tenant, user_id=user_id, state=State.ABSENT)
    return absent.values_list("settled_at", flat=True).first()


@transaction.atomic(durable=True)
def retry(tenant: Tenant, user_ids: Iterable[UUID]) -> int:
    """Try these users' waiting or failed changes again now; return how many there were."""
    return queue.retry(tenant.pk, user_ids)


def lag_seconds() -> float:
    """Return the age of the oldest change that waits and has not been given up, over all tenants."""
    with unscoped():
        oldest = (
            Change.objects.filter(gave_up=False, tenant__is_active=True, tenant__aws_link__paused_at=None)
            .order_by("waiting_since")
            .values_list("waiting_since", flat=True)
            .first()
        )
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How far Chime follows one tenant; `lag_seconds` is the age of the oldest change that waits."""

    tenant: str
    in_sync: int
    waiting: int
    failed: int
    lag_seconds: float


def standings() -> list[Standing]:
    """Return how every linked tenant of the open scope stands, by their slugs."""
    now = timezone.now()
    links: Any = with_standing(AWSLink.objects.select_related("tenant").order_by("tenant__slug"))
    return [
        Standing(
            link.tenant.slug,
            *(link.in_sync, link.waiting, link.failed),
            lag_seconds=(now - link.oldest).total_seconds() if link.oldest else 0.0,
        )
        for link in links
    ]


def throttled() -> int:
    """Return how often AWS refused a call as one too many, since the portal was set up."""
    return Budget.objects.aggregate(Sum("throttled"))["throttled__sum"] or 0


def _is_present(link: AWSLink, user: User) -> bool:
    known = belief(link, user.pk)
    return known is not None and known.state == State.PRESENT


def _claimed(link: AWSLink, user: User) -> Change | None:
    """Claim this user's row, making it when there is none; None while a worker holds it."""
    rows = Change.objects.filter(tenant=link.tenant_id, user_id=user.pk)
    if not rows.exists():
        Change.objects.bulk_create([Change(tenant_id=link.tenant_id, user_id=user.pk)], ignore_conflicts=True)
    now = timezone.now()
    return queue.claim_at_once(rows.filter(leased_until=None) | rows.filter(leased_until__lte=now))


def _settle_claimed(link: AWSLink, change: Change) -> None:
    """Settle in the foreground; on failure the row stays for the worker or the admin, and the caller is told.

    It also stays for the worker while channels are behind: nobody who signs in waits for these.
    """
    outcome = settle(link, [change.user_id], lambda link, _: budget.at_once(link))[change.user_id]
    if outcome is None and channels.are_behind(link, change.user_id):
        queue.release([change])
        queue.ring(link.tenant_id)
    else:
        queue.conclude([change], {change.user_id: outcome})
    if outcome is not None:
        raise outcome
