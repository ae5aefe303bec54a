"""The differences that comparisons found, and what an admin makes of each, knowing before what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse

from chimeusers import budget, drift
from chimeusers.cost import Cost, cost
from chimeusers.models import Decision, Drift
from tenants.models import AWSLink
from tenants.site import ReadOnlyAdmin, TenantsRowsAdmin

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from tenants.models import Tenant

_MEANINGS = {
    "fix": "Chime follows the portal: who is missing is created, who is extra is deleted there for good, who is "
    "different is changed.",
    "adopt": "The portal follows Chime: who is missing there is disabled here, who is extra becomes a user here, names "
    "are taken over.",
    "ignore": "Nothing is changed, now and when they are found again as they are.",
}
_DECIDES: dict[str, tuple[Decision, Callable[[Tenant, QuerySet[Drift]], int]]] = {
    "fix": (Decision.FIXED, drift.fix),
    "adopt": (Decision.ADOPTED, drift.adopt),
    "ignore": (Decision.IGNORED, drift.ignore),
}


class DriftAdmin(ReadOnlyAdmin[Drift], TenantsRowsAdmin[Drift]):
    list_display = ["app_instance_user_id", "kind", "here", "there", "decision"]
    list_filter = ["decision", "kind", "reconciliation"]
    search_fields = ["app_instance_user_id", "name", "name_there"]
    fields = [
        "kind",
        "app_instance_user_id",
        "name",
        "metadata",
        "name_there",
        "metadata_there",
        "decision",
        "reconciliation",
    ]
    actions = ["fix", "adopt", "ignore"]

    @admin.display(description="In the portal", ordering="name")
    def here(self, found: Drift) -> str:
        return " · ".join(filter(None, (found.name, found.metadata)))

    @admin.display(description="At Chime", ordering="name_there")
    def there(self, found: Drift) -> str:
        return " · ".join(filter(None, (found.name_there, found.metadata_there)))

    @admin.action(description="Fix: Chime follows the portal …")
    def fix(self, request: HttpRequest, drifts: QuerySet[Drift]) -> HttpResponse | None:
        return self._decide(request, drifts, "fix")

    @admin.action(description="Adopt: the portal follows Chime …")
    def adopt(self, request: HttpRequest, drifts: QuerySet[Drift]) -> HttpResponse | None:
        return self._decide(request, drifts, "adopt")

    @admin.action(description="Ignore …")
    def ignore(self, request: HttpRequest, drifts: QuerySet[Drift]) -> HttpResponse | None:
        return self._decide(request, drifts, "ignore")

    def _decide(self, request: HttpRequest, drifts: QuerySet[Drift], action: str) -> HttpResponse | None:
        """Tell first what it does and costs; do it when that was confirmed."""
        decision, decide = _DECIDES[action]
        opened = drifts.filter(decision=Decision.OPEN).select_related(None).order_by()
        links = AWSLink.objects.filter(tenant__in=opened.values("tenant")).select_related("tenant")
        if "confirmed" in request.POST:
            done = sum(decide(link.tenant, opened) for link in links)
            self.message_user(request, f"{done} {decision.value}.")
            return None
        context = self.admin_site.each_context(request) | {
            "title": f"{action.title()} differences",
            "opts": self.opts,
            "action": action,
            "meaning": _MEANINGS[action],
            "costs": [(link.tenant, _cost(decision, link, opened)) for link in links],
            "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", "0"),
        }
        return TemplateResponse(request, "admin/chimeusers/drift/confirm.html", context)


def _cost(decision: Decision, link: AWSLink, drifts: QuerySet[Drift]) -> Cost:
    kinds = drifts.filter(tenant=link.tenant).values_list("kind", flat=True)
    return cost(decision, kinds, per_second=budget.writes_per_second(link))
