"""How far Chime follows: for a tenant's admins at once, for the operator by tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.timesince import timesince

from chimeusers import budget, reconcile, services
from chimeusers.chart import bars
from chimeusers.models import Change, Decision, Drift, Reconciliation, SyncedTenant
from chimeusers.standing import with_standing
from chimeusers.tally import last_day
from tenants import runs
from tenants.scope import current_tenant
from tenants.site import ReadOnlyAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

_REASONS = 10


class SyncedTenantAdmin(ReadOnlyAdmin[SyncedTenant]):
    list_display = ["tenant", "in_sync", "waiting", "failed", "lag", "paused_reason"]
    list_select_related = ["tenant"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncedTenant]:
        links, tenant = with_standing(super().get_queryset(request)), current_tenant()
        return links.filter(tenant=tenant) if tenant else links

    @admin.display(description="In sync", ordering="in_sync")
    def in_sync(self, link: Any) -> int:
        return int(link.in_sync)

    @admin.display(description="Waiting", ordering="waiting")
    def waiting(self, link: Any) -> int:
        return int(link.waiting)

    @admin.display(description="Failed", ordering="failed")
    def failed(self, link: Any) -> int:
        return int(link.failed)

    @admin.display(description="Oldest change waits for", ordering="oldest")
    def lag(self, link: Any) -> str:
        return timesince(link.oldest) if link.oldest else ""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A tenant's admin has one tenant only."""
        if current_tenant() is None or not self._is_admin(request):
            return super().changelist_view(request, extra_context)
        link = self.get_queryset(request).first()
        return redirect("admin:chimeusers_syncedtenant_change", link.pk) if link else self._page(request, {})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        link = self.get_object(request, object_id)
        if link is None:
            raise Http404("There is no such tenant.")
        if request.method == "POST":
            self.message_user(request, *_act(link, request.POST))
            return redirect("admin:chimeusers_syncedtenant_change", link.pk)
        return self._page(request, _told(link))

    def _page(self, request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
        title = f"{told['link'].tenant} at Chime" if told else "At Chime"
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": title, **told}
        return TemplateResponse(request, "admin/chimeusers/syncedtenant/page.html", context)


def _told(link: Any) -> dict[str, Any]:
    counts = last_day(link.tenant, now=timezone.now())
    run = Reconciliation.objects.filter(tenant=link.tenant).first()
    return {
        "link": link,
        "reasons": _reasons(link),
        "bars": bars(counts),
        "settled": sum(settled for _, settled, _ in counts),
        "refused": sum(failed for _, _, failed in counts),
        "run": run,
        "drifts": Drift.objects.filter(tenant=link.tenant, reconciliation=run, decision=Decision.OPEN).count(),
        "seconds": link.waiting / budget.writes_per_second(link),
    }


def _reasons(link: Any) -> Any:
    changes = Change.objects.filter(tenant=link.tenant).exclude(reason="").order_by()
    return changes.values("reason", "gave_up").annotate(n=Count("pk")).order_by("-n")[:_REASONS]


def _act(link: SyncedTenant, wish: Any) -> tuple[str, int]:
    """Do what a button says; return what to tell."""
    run = Reconciliation.objects.filter(tenant=link.tenant).first()
    if "compare" in wish or "mend" in wish:
        reconcile.start(link, fixes="mend" in wish)
        return "Chime's list is being read. Look here again in a moment.", messages.SUCCESS
    if "retry" in wish:
        failed = Change.objects.filter(tenant=link.tenant, gave_up=True).values_list("user_id", flat=True)
        return f"{services.retry(link.tenant, failed)} will be tried again now.", messages.SUCCESS
    if "stop" in wish and run:
        runs.stop(run)
        return "Stopped. “Go on” takes it up where it was.", messages.SUCCESS
    if "go_on" in wish and run and reconcile.resume(run):
        return "It goes on.", messages.SUCCESS
    return "There was nothing to do.", messages.WARNING
