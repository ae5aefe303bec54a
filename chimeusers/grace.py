"""The end of grace: who was disabled for as many days as the tenant gives leaves Chime."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from chimeusers import queue
from chimeusers.models import ChimeUser, State
from tenants.paging import key_pages

if TYPE_CHECKING:
    from datetime import datetime

    from tenants.models import Tenant


def end_grace(tenant: Tenant, *, now: datetime) -> None:
    """Make due whoever was disabled so long ago and is at Chime still."""
    there = ChimeUser.objects.filter(tenant=tenant, user_id=OuterRef("pk"), state=State.PRESENT)
    before = now - timedelta(days=tenant.grace_days)
    for user_ids in key_pages(User.objects.filter(Exists(there), tenant=tenant, disabled_at__lte=before)):
        with transaction.atomic(durable=True):
            queue.note(tenant.pk, user_ids)
