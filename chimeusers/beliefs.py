"""What we believe Chime holds: written before and after each call, so a crash between leaves us unsure, not wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from chimeusers.models import ChimeUser, State

if TYPE_CHECKING:
    from uuid import UUID

    from chimeusers.naming import Appearance
    from tenants.models import AWSLink


def belief(link: AWSLink, user_id: UUID) -> ChimeUser | None:
    rows = ChimeUser.objects.filter(tenant=link.tenant_id, app_instance_arn=link.app_instance_arn)
    return rows.filter(user_id=user_id).first()


@transaction.atomic(durable=True)
def begin_life(link: AWSLink, user_id: UUID, looks: Appearance) -> ChimeUser:
    """Note that a user is about to be created. Going on with an unfinished creation is the same life."""
    known = belief(link, user_id) or ChimeUser(
        tenant_id=link.tenant_id, user_id=user_id, app_instance_arn=link.app_instance_arn, state=State.ABSENT
    )
    known.lives += known.state == State.ABSENT
    known.state = State.UNSURE
    return _saved(known, looks)


@transaction.atomic(durable=True)
def believe_present(known: ChimeUser, looks: Appearance) -> None:
    known.state = State.PRESENT
    _saved(known, looks)


@transaction.atomic(durable=True)
def believe_absent(known: ChimeUser) -> None:
    known.state, known.settled_at = State.ABSENT, timezone.now()
    known.save(update_fields=["state", "settled_at"])


def _saved(known: ChimeUser, looks: Appearance) -> ChimeUser:
    known.app_instance_user_id, known.name, known.metadata = looks.app_instance_user_id, looks.name, looks.metadata
    known.settled_at = timezone.now()
    known.save()
    return known
