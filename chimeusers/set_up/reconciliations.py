"""The comparisons that were made with Chime's own list, and how far one is that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, Q
from unfold.decorators import display

from chimeusers.models import DriftKind, Reconciliation
from tenants.site import ReadOnlyAdmin, TenantsRowsAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

_COUNTS = tuple(kind.value for kind in DriftKind)


class ReconciliationAdmin(ReadOnlyAdmin[Reconciliation], TenantsRowsAdmin[Reconciliation]):
    list_display = ["started_at", "fixes", "state", "seen", *_COUNTS]
    list_filter = ["progress"]
    fields = ["fixes", "state", "seen", *_COUNTS, "pages", "phase", "reason", "started_at", "finished_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reconciliation]:
        counts = {f"n_{kind}": Count("drifts", Q(drifts__kind=kind)) for kind in _COUNTS}
        return super().get_queryset(request).annotate(**counts)

    @display(  # type: ignore[untyped-decorator]
        description="State",
        ordering="progress",
        label={"running": "info", "done": "success", "braked": "danger", "stopped": "warning", "failed": "danger"},
    )
    def state(self, run: Reconciliation) -> str:
        return run.progress

    @admin.display(description="Missing there", ordering="n_missing")
    def missing(self, run: Any) -> int:
        return int(run.n_missing)

    @admin.display(description="Extra there", ordering="n_extra")
    def extra(self, run: Any) -> int:
        return int(run.n_extra)

    @admin.display(description="Different", ordering="n_different")
    def different(self, run: Any) -> int:
        return int(run.n_different)
