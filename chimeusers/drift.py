"""What an admin, or the nightly reconciliation, makes of differences: fix, adopt or ignore them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import services, standing
from accounts.names import plain_display_name
from accounts.usernames import free_username
from audit.log import record
from audit.names import EventName
from chimeusers import queue
from chimeusers.models import ChimeUser, Decision, Drift, DriftKind, State
from tenants.paging import pages

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.models import Tenant

_STRANGERS = uuid.UUID("7c1e6f52-0d3b-5f0e-8f52-9a4f0c3e2b61")  # our namespace for name-based UUIDs (RFC 9562, 5.5)


def fix(tenant: Tenant, drifts: QuerySet[Drift]) -> int:
    """Let Chime follow the portal: make due what it takes. Return how many."""
    return sum(_fix(tenant, page) for page in pages(_open(tenant, drifts)))


def ignore(tenant: Tenant, drifts: QuerySet[Drift]) -> int:
    """Leave these as they are, also when they are found again as they are now."""
    return sum(_ignore(tenant, page) for page in pages(_open(tenant, drifts)))


def adopt(tenant: Tenant, drifts: QuerySet[Drift]) -> int:
    """Let the portal follow Chime: its names are taken over, its users become ours, who is not there is disabled."""
    return sum(_adopt(tenant, page) for page in pages(_open(tenant, drifts)))


@transaction.atomic(durable=True)
def _ignore(tenant: Tenant, drifts: list[Drift]) -> int:
    return _decided(tenant, drifts, Decision.IGNORED)


@transaction.atomic(durable=True)
def _fix(tenant: Tenant, drifts: list[Drift]) -> int:
    _believe_in_strangers(drifts)
    _believe_absent(tenant, drifts)
    queue.note(tenant.pk, [drift.user_id for drift in drifts if drift.user_id])
    return _decided(tenant, drifts, Decision.FIXED)


def _believe_absent(tenant: Tenant, drifts: list[Drift]) -> None:
    """Believe what the list said of those who are not on it, unless later work knows better."""
    missing = [drift.user_id for drift in drifts if drift.kind == DriftKind.MISSING and drift.user_id]
    for run in {drift.reconciliation for drift in drifts}:
        there = ChimeUser.objects.filter(tenant=tenant, app_instance_arn=run.app_instance_arn, user_id__in=missing)
        there.filter(settled_at__lt=run.started_at).update(state=State.ABSENT)


def _believe_in_strangers(drifts: list[Drift]) -> None:
    """Give users of Chime's who never were ours an id, under which the river takes them away like any other."""
    strangers = [drift for drift in drifts if drift.user_id is None]
    rows = [_stranger(drift, drift.reconciliation.app_instance_arn) for drift in strangers]
    for drift, row in zip(strangers, rows, strict=True):
        drift.user_id = row.user_id
    ChimeUser.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user_id", "app_instance_arn"], update_fields=["state"]
    )
    Drift.objects.bulk_update(strangers, ["user_id"])


def _stranger(drift: Drift, place: str) -> ChimeUser:
    return ChimeUser(
        tenant_id=drift.tenant_id,
        user_id=uuid.uuid5(_STRANGERS, f"{place}/user/{drift.app_instance_user_id}"),
        app_instance_arn=place,
        app_instance_user_id=drift.app_instance_user_id,
        state=State.PRESENT,
        name=drift.name_there,
        metadata=drift.metadata_there,
    )


def _adopt(tenant: Tenant, drifts: list[Drift]) -> int:
    _believe_absent(tenant, drifts)
    of_kind = {kind: [drift for drift in drifts if drift.kind == kind] for kind in DriftKind}
    standing.disable(tenant, [drift.user_id for drift in of_kind[DriftKind.MISSING] if drift.user_id])
    names = {
        drift.user_id: plain_display_name(drift.name_there) for drift in of_kind[DriftKind.DIFFERENT] if drift.user_id
    }
    services.rename_many(tenant, names)
    for drift in of_kind[DriftKind.EXTRA]:
        _take_over(tenant, drift)
    return _decided(tenant, drifts, Decision.ADOPTED)


def _take_over(tenant: Tenant, drift: Drift) -> None:
    """Make an extra user of Chime's one of ours: back again, or new under the id they have there."""
    if drift.user_id and standing.restore(tenant, [drift.user_id]):
        return
    name = plain_display_name(drift.name_there)
    username = free_username(tenant, name or drift.app_instance_user_id)
    services.register(tenant=tenant, username=username, display_name=name, chime_id=drift.app_instance_user_id)


def _open(tenant: Tenant, drifts: QuerySet[Drift]) -> QuerySet[Drift]:
    return drifts.filter(tenant=tenant, decision=Decision.OPEN).select_related("reconciliation")


def _decided(tenant: Tenant, drifts: list[Drift], decision: Decision) -> int:
    record(EventName.DRIFT_DECIDED, tenant_id=tenant.pk, decision=decision.value, users=len(drifts))
    return Drift.objects.filter(pk__in=[drift.pk for drift in drifts]).update(decision=decision)
