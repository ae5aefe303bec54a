"""Why 403? The doctor's page: for a tenant's admins at once, for the operator by tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.models import User
from exchange.doctor.examination import examine
from exchange.models import Checkup
from tenants.scope import current_tenant
from tenants.site import ReadOnlyAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from tenants.models import Tenant


class CheckupForm(forms.Form):
    user = forms.CharField(
        label="User name",
        required=False,
        max_length=150,
        widget=UnfoldAdminTextInputWidget,
        help_text="Credentials are got and tried in this user's name, and thrown away. Empty: the tenant as a whole.",
    )
    isolation = forms.BooleanField(
        label="Prove isolation",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Also try what this user must not be able to do. Nothing is changed, even where AWS lets it.",
    )

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if entered.get("isolation") and not entered.get("user"):
            self.add_error("user", "Whose isolation is to be proved?")
        return entered


class CheckupAdmin(ReadOnlyAdmin[Checkup]):
    list_display = ["tenant", "app_instance_arn", "way"]
    list_select_related = ["tenant"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Checkup]:
        links, tenant = super().get_queryset(request), current_tenant()
        return links.filter(tenant=tenant) if tenant else links

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A tenant's admin has one tenant only."""
        tenant = current_tenant()
        if tenant is None or not self._is_admin(request):
            return super().changelist_view(request, extra_context)
        link = self.get_queryset(request).first()
        if link is None:
            return self._page(request, tenant)
        return redirect("admin:exchange_checkup_change", link.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        link = self.get_object(request, object_id)
        if link is None:
            raise Http404("There is no such tenant.")
        return self._page(request, link.tenant)

    def _page(self, request: HttpRequest, tenant: Tenant) -> HttpResponse:
        form = CheckupForm(request.POST or None)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "form": form, "tenant": tenant}
        if form.is_valid():
            context |= _found(tenant, **form.cleaned_data)
        return TemplateResponse(request, "admin/exchange/checkup/page.html", context | {"title": "Why 403?"})


def _found(tenant: Tenant, *, user: str, isolation: bool) -> dict[str, Any]:
    whose = User.objects.filter(tenant=tenant, username=user).first() if user else None
    if user and whose is None:
        return {"trouble": f"{tenant} has no user “{user}”."}
    findings = list(examine(tenant, whose, isolated=isolation))
    return {"findings": findings, "wrong": sum(finding.is_well is False for finding in findings)}
