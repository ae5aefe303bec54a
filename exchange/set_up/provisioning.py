"""Provisioning as a page: what a tenant still needs at AWS is shown first, and made when the operator says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from exchange.models import ProvisionedTenant
from exchange.provisioning.asking import wish_of
from exchange.provisioning.story import provision
from tenants.failures import Failure
from tenants.models import AWSLink, Region, Tenant, Way
from tenants.site import ReadOnlyAdmin

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class ProvisioningForm(forms.Form):
    region = forms.ChoiceField(choices=Region.choices, widget=UnfoldAdminSelectWidget)
    way = forms.ChoiceField(label="Way to credentials", choices=Way.choices, widget=UnfoldAdminSelectWidget)
    issuer = forms.CharField(
        label="OpenID issuer",
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="For a web identity: https:// and a host of the tenant. Empty: its first host.",
    )
    own_account = forms.BooleanField(
        label="The tenant's own AWS account",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Roles then demand the tenant's external id.",
    )


class ProvisioningAdmin(ReadOnlyAdmin[ProvisionedTenant]):
    """It acts with the portal's own access to AWS, which needs the rights for it; the command takes anybody's."""

    operator_only = True
    list_display = ["name", "slug", "aws"]
    search_fields = ["slug", "name"]
    list_select_related = ["aws_link"]

    def aws(self, tenant: ProvisionedTenant) -> str:
        link = getattr(tenant, "aws_link", None)
        return link.app_instance_arn if link else "not linked"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404("There is no such tenant.")
        tenant = Tenant.objects.get(pk=found.pk)
        form = ProvisioningForm(request.POST or None, initial=_known(tenant))
        context = self.admin_site.each_context(request) | {"opts": self.opts, "form": form, "tenant": tenant}
        if form.is_valid():
            context |= _done(tenant, form.cleaned_data, dry_run="make" not in request.POST)
        page = "admin/exchange/provisionedtenant/page.html"
        return TemplateResponse(request, page, context | {"title": f"What {tenant} needs at AWS"})


def _known(tenant: Tenant) -> dict[str, str]:
    link = AWSLink.objects.filter(tenant=tenant).first() or AWSLink(tenant=tenant)
    return {"region": link.region, "way": link.way, "issuer": link.issuer}


def _done(tenant: Tenant, given: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
    """What was said on the way, and what stopped it: what is made stays, and the next run goes on from there."""
    lines: list[str] = []
    try:
        provision(tenant, wish_of(tenant, given), dry_run=dry_run, tell=lines.append)
    except Failure as failure:
        return {"lines": lines, "trouble": str(failure)}
    except ValidationError as error:
        return {"lines": lines, "trouble": " ".join(error.messages)}
    return {"lines": lines, "looked": dry_run, "made": not dry_run}
