"""A page of Chime's own list, and who is on none of its pages: what differs is written down, nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from chimeusers import naming
from chimeusers.models import Change, ChimeUser, Decision, Drift, DriftKind, State
from tenants.names import PORTALS_ADMIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet
    from mypy_boto3_chime_sdk_identity.type_defs import AppInstanceUserSummaryTypeDef

    from chimeusers.models import Reconciliation
    from tenants.models import AWSLink

Look = tuple[str, str]  # name and metadata


def take_in(
    run: Reconciliation, link: AWSLink, page: list[AppInstanceUserSummaryTypeDef], *, read_at: datetime
) -> None:
    """Believe a page that was read at that moment, and note how its users ought to look otherwise."""
    looks = {_id(user): (user.get("Name", ""), user.get("Metadata", "")) for user in page}
    rows = _believed(link, looks, run.started_at, read_at)
    foreign = [_foreign(one, look) for one, look in looks.items() if one not in rows and one != PORTALS_ADMIN]
    # A page that was read before somebody was settled says nothing new about them, and waiting work is on its way.
    known = {row.user_id: looks[one] for one, row in rows.items() if row.settled_at < read_at}
    _keep(run, [*_differing(link, rows, known), *foreign])


def missing(run: Reconciliation, link: AWSLink) -> QuerySet[User]:
    """The users who ought to be at Chime, and whom neither its list nor later work knows there."""
    there = Q(seen_at__gte=run.started_at) | Q(settled_at__gte=run.started_at)
    of_user = {"user_id": OuterRef("pk"), "app_instance_arn": link.app_instance_arn, "state": State.PRESENT}
    known = ChimeUser.objects.filter(there, **of_user)
    waiting = Change.objects.filter(user_id=OuterRef("pk"))
    return User.objects.filter(~Exists(known), ~Exists(waiting), tenant=link.tenant_id, is_active=True)


def note_missing(run: Reconciliation, link: AWSLink, users: list[User]) -> None:
    looks = (naming.appearance(user, guest_days=link.tenant.guest_days) for user in users)
    told = zip(users, looks, strict=True)
    _keep(
        run,
        [
            Drift(
                kind=DriftKind.MISSING,
                app_instance_user_id=look.app_instance_user_id,
                user_id=user.pk,
                name=look.name,
                metadata=look.metadata,
            )
            for user, look in told
        ],
    )


def _believed(link: AWSLink, looks: dict[str, Look], began: datetime, read_at: datetime) -> dict[str, ChimeUser]:
    """Return what we believe of those on the page who are ours, brought up to what the page says."""
    ours = ChimeUser.objects.filter(tenant=link.tenant_id, app_instance_arn=link.app_instance_arn)
    # Locked: what settle() does to these users meanwhile must come after what this older page says.
    rows = list(ours.select_for_update().filter(app_instance_user_id__in=looks).order_by("pk"))
    learned = []
    for row in rows:
        there = (State.PRESENT, *looks[row.app_instance_user_id])
        if row.settled_at < read_at and (row.state, row.name, row.metadata) != there:
            row.state, row.name, row.metadata = there
            learned.append(row)
    ChimeUser.objects.bulk_update(learned, ["state", "name", "metadata"])
    ours.filter(pk__in=[row.pk for row in rows]).update(seen_at=began)
    known = {row.app_instance_user_id: row for row in rows}
    return known | _recognised(link, {one: look for one, look in looks.items() if one not in known}, began)


def _recognised(link: AWSLink, looks: dict[str, Look], began: datetime) -> dict[str, ChimeUser]:
    """Believe in those on the page who are users of ours without our knowing: another portal made them there."""
    ids = filter(None, map(naming.user_id_of, looks))
    users = User.objects.filter(Q(pk__in=list(ids)) | Q(chime_id__in=looks), tenant=link.tenant_id)
    ours = {naming.app_instance_user_id(user): user for user in users}
    rows = {
        one: ChimeUser(
            tenant_id=link.tenant_id,
            user_id=user.pk,
            app_instance_arn=link.app_instance_arn,
            app_instance_user_id=one,
            state=State.PRESENT,
            name=looks[one][0],
            metadata=looks[one][1],
            lives=1,
            settled_at=began,
            seen_at=began,
        )
        for one, user in ours.items()
        if one in looks
    }
    ChimeUser.objects.bulk_create(rows.values())
    return rows


def _differing(link: AWSLink, rows: dict[str, ChimeUser], looks: dict[UUID, Look]) -> Iterator[Drift]:
    users = {user.pk: user for user in User.objects.filter(tenant=link.tenant_id, pk__in=looks)}
    waiting = set(Change.objects.filter(tenant=link.tenant_id, user_id__in=looks).values_list("user_id", flat=True))
    now = timezone.now()
    for row in rows.values():
        if row.user_id not in looks or row.user_id in waiting:
            continue
        wanted = naming.wanted(users.get(row.user_id), link.tenant, is_there=True, now=now)
        drift = _foreign(row.app_instance_user_id, looks[row.user_id])
        drift.user_id = row.user_id
        if wanted is not None:
            drift.kind, drift.name, drift.metadata = DriftKind.DIFFERENT, wanted.name, wanted.metadata
        if wanted is None or (wanted.name, wanted.metadata) != looks[row.user_id]:
            yield drift


def _foreign(app_instance_user_id: str, look: Look) -> Drift:
    return Drift(
        kind=DriftKind.EXTRA,
        app_instance_user_id=app_instance_user_id,
        name_there=look[0],
        metadata_there=look[1],
    )


def _keep(run: Reconciliation, found: Iterable[Drift]) -> None:
    """Write down what was found; what an admin ignored before, and is as it was, is ignored again."""
    drifts = list(found)
    ids = [drift.app_instance_user_id for drift in drifts]
    before = Drift.objects.filter(tenant=run.tenant_id, decision=Decision.IGNORED, app_instance_user_id__in=ids)
    ignored = {_seen_as(drift) for drift in before}
    for drift in drifts:
        drift.tenant_id, drift.reconciliation = run.tenant_id, run
        drift.decision = Decision.IGNORED if _seen_as(drift) in ignored else Decision.OPEN
    Drift.objects.bulk_create(drifts)


def _seen_as(drift: Drift) -> tuple[str, ...]:
    return (
        *(drift.kind, drift.app_instance_user_id, drift.name, drift.metadata),
        *(drift.name_there, drift.metadata_there),
    )


def _id(user: AppInstanceUserSummaryTypeDef) -> str:
    return user["AppInstanceUserArn"].rpartition("/")[2]
