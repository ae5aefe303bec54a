"""What a worker does, one user at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from chimeusers import budget, queue, sync

if TYPE_CHECKING:
    from accounts.models import User
    from chimeusers.models import Change
    from tenants.failures import Failure
    from tenants.models import AWSLink


def settled(link: AWSLink, user: User) -> None:
    """Settle one user; what goes wrong is raised."""
    failure = sync.settle(link, [user.pk], budget.writes)[user.pk]
    if failure is not None:
        raise failure


def claimed() -> Change | None:
    """Claim the one change that is due, or nothing."""
    return next(iter(queue.claim(queue.due(timezone.now()), most=1)), None)


def concluded(change: Change, failure: Failure | None) -> None:
    queue.conclude([change], {change.user_id: failure})
