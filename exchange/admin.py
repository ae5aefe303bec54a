from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from exchange import services
from exchange.models import Issuance, Rule
from tenants.scope import current_tenant
from tenants.site import ReadOnlyAdmin, ServiceAdmin, TenantsRowsAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@admin.register(Rule)
class RuleAdmin(ServiceAdmin[Rule]):
    """Roles live in the operator's AWS account, so the operator says which tenant uses which."""

    operator_only = True
    list_display = ["tenant", "profile", "user_role", "group", "position", "role_arn", "max_seconds"]
    list_select_related = ["tenant"]
    list_filter = ["profile"]

    def get_readonly_fields(self, request: HttpRequest, obj: Rule | None = None) -> list[str]:
        return ["tenant", "profile", "user_role", "group"] if obj else []

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        told = ("profile", "user_role", "group", "position", "role_arn", "max_seconds")
        obj.pk = services.set_rule(obj.tenant, **{name: getattr(obj, name) for name in told}).pk

    def delete_model(self, request: HttpRequest, obj: Rule) -> None:
        services.drop_rule(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Rule]) -> None:
        for rule in queryset:
            services.drop_rule(rule)


@admin.register(Issuance)
class IssuanceAdmin(ReadOnlyAdmin[Issuance], TenantsRowsAdmin[Issuance]):
    list_display = ["issued_at", "username", "proof_kind", "proof_reference", "address", "role_arn", "expires_at"]
    list_filter = ["proof_kind", "issued_at"]
    search_fields = ["id", "username", "session_name", "access_key_id"]
    date_hierarchy = "issued_at"

    def get_exclude(self, request: HttpRequest, obj: Issuance | None = None) -> list[str]:
        """A tenant's own admin knows whose it is."""
        return ["tenant"] if current_tenant() else []
