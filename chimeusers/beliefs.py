"""What we believe Chime holds: written before and after each call, so a crash between leaves us unsure, not wrong."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chimeusers.models import ChimeUser, State
from tenants.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chimeusers.naming import Appearance
    from tenants.models import AWSLink

_OF_USER = Prepared(
    lambda tenant, place, user: ChimeUser.objects.filter(
        tenant=tenant, app_instance_arn=place, user_id=user
    ).order_by(),
    tenant=UUID,
    place=str,
    user=UUID,
)
_TOLD = ["app_instance_user_id", "state", "name", "metadata", "settled_at"]


def belief(link: AWSLink, user_id: UUID) -> ChimeUser | None:
    return _OF_USER.first(tenant=link.tenant_id, place=link.app_instance_arn, user=user_id)


def beliefs_of(link: AWSLink, user_ids: Iterable[UUID]) -> dict[UUID, ChimeUser]:
    """Return what we believe of these users, under their ids."""
    rows = ChimeUser.objects.filter(tenant=link.tenant_id, app_instance_arn=link.app_instance_arn)
    return {row.user_id: row for row in rows.filter(user_id__in=list(user_ids))}


def nobody_yet(link: AWSLink, user_id: UUID) -> ChimeUser:
    """Of somebody whom we never told Chime about."""
    return ChimeUser(
        tenant_id=link.tenant_id, user_id=user_id, app_instance_arn=link.app_instance_arn, state=State.ABSENT
    )


@transaction.atomic(durable=True)
def begin_lives(lives: Iterable[tuple[ChimeUser, Appearance]]) -> None:
    """Note that users are about to be created. Going on with an unfinished creation is the same life."""
    begun = []
    for known, looks in lives:
        known.lives += known.state == State.ABSENT
        begun.append(_told(known, State.UNSURE, looks))
    again = [known for known in begun if known.pk]
    ChimeUser.objects.bulk_create(known for known in begun if not known.pk)
    ChimeUser.objects.bulk_update(again, [*_TOLD, "lives"])


@transaction.atomic(durable=True)
def believe(known: list[ChimeUser], *, renamed: set[UUID]) -> None:
    """Keep what was learned of these users, each of whom has a row that tells their looks, but of the renamed."""
    same_looks = defaultdict(list)
    for row in known:
        if row.user_id not in renamed:
            same_looks[row.state].append(row.pk)
    for state, ids in same_looks.items():
        ChimeUser.objects.filter(pk__in=ids).update(state=state, settled_at=timezone.now())
    ChimeUser.objects.bulk_update([row for row in known if row.user_id in renamed], _TOLD)


def present(known: ChimeUser, looks: Appearance) -> ChimeUser:
    return _told(known, State.PRESENT, looks)


def absent(known: ChimeUser) -> ChimeUser:
    known.state, known.settled_at = State.ABSENT, timezone.now()
    return known


def _told(known: ChimeUser, state: State, looks: Appearance) -> ChimeUser:
    known.app_instance_user_id, known.name, known.metadata = looks.app_instance_user_id, looks.name, looks.metadata
    known.state, known.settled_at = state, timezone.now()
    return known
