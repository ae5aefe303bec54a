"""The pages on which a tenant's admins give a directory a SCIM token, say what its words mean here, and end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from accounts.models import IdentityProvider, SCIMToken
from accounts.scim.tokens import MAX_DAYS, issue_scim_token, revoke_scim_token
from tenants.scope import current_tenant
from tenants.site import TenantsRowsAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

_CHOSEN = ["name", "provider", "when_inactive", "when_deleted"]


class SCIMTokenForm(forms.ModelForm[SCIMToken]):
    # Declared here, because Django would read the providers when this class is made, before any scope is open.
    provider = forms.ModelChoiceField[IdentityProvider](
        queryset=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
        empty_label="None",
        help_text="Where these people sign in; their externalId is the subject there. None: they sign in otherwise.",
    )
    days = forms.IntegerField(
        label="Lifetime in days",
        min_value=1,
        max_value=MAX_DAYS,
        initial=365,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=f"At most {MAX_DAYS}. Several tokens are good at a time: make another one before this one ends.",
    )

    class Meta:
        model = SCIMToken
        fields = ["name", "when_inactive", "when_deleted"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "provider" in self.fields:
            providers = IdentityProvider.objects.filter(tenant=current_tenant())
            cast("forms.ModelChoiceField[IdentityProvider]", self.fields["provider"]).queryset = providers


class SCIMTokenAdmin(TenantsRowsAdmin[SCIMToken]):
    form = SCIMTokenForm
    list_display = ["prefix", "name", "provider", "standing", "created_at", "expires_at", "last_used_at"]
    list_select_related = ["tenant", "provider"]
    search_fields = ["prefix", "name"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: SCIMToken | None = None) -> Any:
        return [*self.list_display, "when_inactive", "when_deleted", "revoked_at"] if obj else [*_CHOSEN, "days"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A token belongs to the house at whose host it is made."""
        return super().has_add_permission(request) and current_tenant() is not None

    def has_change_permission(self, request: HttpRequest, obj: SCIMToken | None = None) -> bool:
        """A token is made and revoked, never changed."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: SCIMToken | None = None) -> bool:
        return False

    @display(  # type: ignore[untyped-decorator]
        description="Standing", label={"valid": "success", "expired": "warning", "revoked": "danger"}
    )
    def standing(self, token: SCIMToken) -> str:
        if token.revoked_at is not None:
            return "revoked"
        return "valid" if token.is_valid_at(timezone.now()) else "expired"

    def save_model(self, request: HttpRequest, obj: SCIMToken, form: SCIMTokenForm, change: bool) -> None:
        tenant = current_tenant()
        if tenant is None:
            raise Http404("SCIM tokens are made at a tenant's host.")
        token, secret = issue_scim_token(tenant, **form.cleaned_data, now=timezone.now())
        obj.pk, obj.prefix, obj.expires_at = token.pk, token.prefix, token.expires_at
        request.issued_secret = secret  # type: ignore[attr-defined] # For the page that answers this request.

    def response_add(self, request: HttpRequest, obj: SCIMToken, post_url_continue: str | None = None) -> HttpResponse:
        """Show the secret this once, on a page: a message would carry it through a cookie."""
        context = self.admin_site.each_context(request) | {
            "title": "The new SCIM token",
            "opts": self.opts,
            "token": obj,
            "url": f"{request.scheme}://{request.get_host()}/scim/v2",
            "secret": request.issued_secret.reveal(),  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/accounts/scimtoken/issued.html", context)

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, tokens: QuerySet[SCIMToken]) -> None:
        for token in tokens:
            revoke_scim_token(token)
        self.message_user(request, "Revoked.")
