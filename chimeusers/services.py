"""What the upper floors may ask of this one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chimeusers import naming, queue
from chimeusers.beliefs import belief
from chimeusers.models import Change, State
from chimeusers.sync import settle
from tenants.failures import Misconfigured, Rejected, Unavailable
from tenants.models import AWSLink
from tenants.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Iterable
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


def membership(user: User) -> Membership:
    """Return the user's place at Chime. Raises Misconfigured when the tenant is not linked to AWS."""
    link = _link(user)
    user_id = naming.app_instance_user_id(user)
    return Membership(link.region, link.app_instance_arn, link.app_instance_id, user_id, link.user_arn(user_id))


def ensure(user: User) -> None:
    """Return once Chime knows the user; raises one of tenants.failures when that can't be had now.

    Who is known already costs no call: a changed name may follow later, being there may not. The lease of the
    user's Change row is the one lock: a worker settling the same user is waited for.
    """
    link = _link(user)
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


def _link(user: User) -> AWSLink:
    link = AWSLink.objects.filter(tenant=user.tenant_id).select_related("tenant").first()
    if link is None:
        raise Misconfigured("This tenant is not linked to an Amazon Chime app instance yet.")
    return link


def _is_present(link: AWSLink, user: User) -> bool:
    known = belief(link, user.pk)
    return known is not None and known.state == State.PRESENT


def _claimed(link: AWSLink, user: User) -> Change | None:
    """Claim this user's row, making it when there is none; None while a worker holds it."""
    rows = Change.objects.filter(tenant=link.tenant_id, user_id=user.pk)
    if not rows.exists():
        Change.objects.bulk_create([Change(tenant_id=link.tenant_id, user_id=user.pk)], ignore_conflicts=True)
    now = timezone.now()
    return queue.claim(rows.filter(leased_until=None) | rows.filter(leased_until__lte=now))


def _settle_claimed(link: AWSLink, change: Change) -> None:
    """Settle in the foreground; on failure the row stays for the worker or the admin, and the caller is told."""
    try:
        settle(link, change.user_id)
    except Unavailable as failure:
        queue.postpone(change, str(failure), after=failure.after)
        raise
    except Misconfigured as failure:
        queue.release(change, str(failure))  # No fault of the user's: the worker will meet it, and pause the link.
        raise
    except Rejected as failure:
        queue.give_up(change, str(failure))
        raise
    queue.finish(change)
