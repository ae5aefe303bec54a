"""How far Chime follows the portal: for one tenant in a page, for all of them in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chimeusers.models import Change, ChimeUser, State
from tenants.models import AWSLink

if TYPE_CHECKING:
    from django.db.models import Model

L = TypeVar("L", bound=AWSLink)


def with_standing(links: QuerySet[L]) -> QuerySet[L]:
    """Add to each linked tenant how many users are `in_sync`, `waiting` and `failed`, and since when.

    `oldest` is since when the oldest change waits that was not given up.
    """
    unsettled = Change.objects.filter(user_id=OuterRef("user_id"))
    here = {"app_instance_arn": OuterRef("app_instance_arn"), "state": State.PRESENT}
    in_sync = ChimeUser.objects.filter(~Exists(unsettled), **here)
    changes = Change.objects.filter(tenant=OuterRef("tenant"))
    waiting = changes.filter(gave_up=False)
    oldest = waiting.order_by().values("tenant").annotate(oldest=Min("waiting_since")).values("oldest")
    failed = changes.filter(gave_up=True)
    counts = {"in_sync": _count(in_sync), "waiting": _count(waiting), "failed": _count(failed)}
    return links.annotate(**counts, oldest=Subquery(oldest))  # type: ignore[return-value] # its stubs make another type of it


def _count(rows: QuerySet[Model]) -> Coalesce:
    counted = rows.order_by().values("tenant").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
