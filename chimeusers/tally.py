"""What workers did, in buckets of five minutes: enough for a day's chart, small enough to keep for every tenant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Sum

from chimeusers.models import Tally

if TYPE_CHECKING:
    from tenants.models import Tenant

_BUCKET = 300  # seconds
_BAR = timedelta(minutes=30)
_BARS = 48
_KEPT = timedelta(days=8)


def count(tenant: Tenant, *, now: datetime, settled: int, failed: int, throttled: int) -> None:
    """Add what a worker has just done."""
    at = _bucket(now)
    rows = Tally.objects.filter(tenant=tenant, at=at)
    changes = {
        "settled": F("settled") + settled,
        "failed": F("failed") + failed,
        "throttled": F("throttled") + throttled,
    }
    if not rows.update(**changes):
        Tally.objects.bulk_create([Tally(tenant=tenant, at=at)], ignore_conflicts=True)
        rows.update(**changes)


def last_day(tenant: Tenant, *, now: datetime) -> list[tuple[datetime, int, int]]:
    """Return for each half hour of the last day its beginning, and how many changes were settled and failed in it."""
    end = _bucket(now) + timedelta(seconds=_BUCKET)
    begin = end - _BARS * _BAR
    found = Tally.objects.filter(tenant=tenant, at__gte=begin).values_list("at", "settled", "failed")
    bars = [[begin + number * _BAR, 0, 0] for number in range(_BARS)]
    for at, settled, failed in found:
        bar = bars[min(int((at - begin) / _BAR), _BARS - 1)]
        bar[1], bar[2] = bar[1] + settled, bar[2] + failed  # type: ignore[operator]
    return [(at, settled, failed) for at, settled, failed in bars]  # type: ignore[misc]


def totals() -> dict[str, int]:
    """Return what is kept of all tenants in the open scope, summed up."""
    sums = Tally.objects.aggregate(settled=Sum("settled"), failed=Sum("failed"), throttled=Sum("throttled"))
    return {name: value or 0 for name, value in sums.items()}


def forget(*, now: datetime) -> None:
    Tally.objects.filter(at__lt=now - _KEPT).delete()


def _bucket(moment: datetime) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() // _BUCKET * _BUCKET, tz=UTC)
