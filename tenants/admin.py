from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from unfold.widgets import UnfoldAdminTextareaWidget

from tenants import services
from tenants.models import AWSLink, Domain, Tenant, check_host
from tenants.site import ServiceAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


_LINKED = (
    *("region", "app_instance_arn", "way", "issuer", "portal_role_arn", "names_source"),
    *("identity_pool_id", "developer_provider", "login_key", "files_bucket"),
)


class TenantForm(forms.ModelForm[Tenant]):
    hosts = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}), help_text="Where the tenant lives; one host a line."
    )

    class Meta:
        model = Tenant
        fields = [
            "slug",
            "name",
            "is_active",
            "signup",
            "login_seconds",
            "credential_seconds",
            "reuses_credentials",
            "exchanges_per_minute",
            "issuance_days",
            "guests",
            "guest_days",
            "grace_days",
            "brake_percent",
            "brake_number",
            "origins",
        ]
        widgets = {"origins": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["hosts"] = "\n".join(self.instance.domains.values_list("host", flat=True)) if self._lives else ""

    @property
    def _lives(self) -> bool:
        return not self.instance._state.adding  # noqa: SLF001 - the documented way to tell a new row

    def clean_hosts(self) -> list[str]:
        hosts: list[str] = self.cleaned_data["hosts"].lower().split()
        for host in hosts:
            check_host(host)
            if host in settings.OPERATOR_HOSTS:
                raise forms.ValidationError(f"{host} is the operator's own host.")
        taken = Domain.objects.filter(host__in=hosts).exclude(tenant=self.instance.pk if self._lives else None).first()
        if taken:
            raise forms.ValidationError(f"Another tenant lives at {taken.host}.")
        return hosts


class AWSLinkForm(forms.ModelForm[AWSLink]):
    class Meta:
        model = AWSLink
        fields = ["tenant", *_LINKED]


@admin.register(Tenant)
class TenantAdmin(ServiceAdmin[Tenant]):
    operator_only = True
    form = TenantForm
    fields = [
        *("name", "slug", "hosts", "is_active", "signup", "login_seconds", "reuses_credentials"),
        *(
            "exchanges_per_minute",
            "issuance_days",
            "guests",
            "guest_days",
            "grace_days",
            "brake_percent",
            "brake_number",
            "origins",
        ),
    ]
    list_display = ["name", "slug", "is_active", "signup", "hosts", "aws"]
    list_filter = ["is_active", "signup"]
    search_fields = ["slug", "name", "domains__host"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        return super().get_queryset(request).select_related("aws_link").prefetch_related("domains")

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """A tenant is closed, not deleted: its records stay."""
        return False

    @admin.display(description="Hosts")
    def hosts(self, tenant: Tenant) -> str:
        return ", ".join(domain.host for domain in tenant.domains.all())

    @admin.display(description="AWS link")
    def aws(self, tenant: Tenant) -> str:
        link = getattr(tenant, "aws_link", None)
        if link is None:
            return "not linked"
        return f"paused: {link.paused_reason}" if link.paused_at else link.app_instance_arn

    def save_model(self, request: HttpRequest, obj: Tenant, form: Any, change: bool) -> None:
        """Give the form's values to the service; what is not on the form stays as it is."""
        if change:
            services.change_tenant(obj, **form.cleaned_data)
        else:
            obj.pk = services.open_tenant(**form.cleaned_data).pk


@admin.register(AWSLink)
class AWSLinkAdmin(ServiceAdmin[AWSLink]):
    operator_only = True
    form = AWSLinkForm
    list_display = ["tenant", "region", "app_instance_arn", "paused_at", "paused_reason"]
    list_select_related = ["tenant"]
    list_filter = ["region"]
    actions = ["resume"]

    def has_delete_permission(self, request: HttpRequest, obj: AWSLink | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: AWSLink | None = None) -> list[str]:
        return ["tenant", "external_id"] if obj else []

    def save_model(self, request: HttpRequest, obj: AWSLink, form: Any, change: bool) -> None:
        told = {name: getattr(obj, name) for name in _LINKED}
        obj.pk = services.link_aws(obj.tenant, **told).pk

    @admin.action(description="Resume the paused work")
    def resume(self, request: HttpRequest, links: QuerySet[AWSLink]) -> None:
        for link in links:
            services.resume_link(link)
        self.message_user(request, "Resumed.")
