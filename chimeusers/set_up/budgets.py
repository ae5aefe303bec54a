"""The quotas of AWS, where they are not the usual ones, and how often it refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chimeusers.budget import set_budget
from chimeusers.models import Budget
from tenants.site import ServiceAdmin

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest


class BudgetAdmin(ServiceAdmin[Budget]):
    operator_only = True
    list_display = ["key", "per_second", "throttled"]
    search_fields = ["key"]
    fields = ["key", "per_second", "throttled"]
    readonly_fields = ["key", "throttled"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Budget | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Budget, form: Any, change: bool) -> None:
        set_budget(obj, per_second=form.cleaned_data["per_second"])
