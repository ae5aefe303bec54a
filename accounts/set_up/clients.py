"""How a tenant's admin registers an OAuth client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.template.response import TemplateResponse
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.authorization.grants import GRANTS, SCOPES, check_grants, check_redirect_uri, check_target
from accounts.clients import ClientFacts, add_client, change_client, drop_client, renew_secret
from accounts.models import ClientRegistration, Kind, User
from accounts.set_up.form import long_text
from tenants.scope import current_tenant
from tenants.site import TenantsRowsAdmin

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

_CONFIDENTIAL = {"yes": "On a server, where it can keep a secret", "no": "In a browser, on a phone or on a device"}
_ISSUED = "admin/accounts/clientregistration/issued.html"


class ClientForm(forms.ModelForm[ClientRegistration]):
    name = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget, help_text="People are shown it.")
    runs = forms.ChoiceField(
        label="Where it runs", choices=list(_CONFIDENTIAL.items()), widget=UnfoldAdminSelectWidget, initial="yes"
    )
    grants = forms.MultipleChoiceField(choices=list(GRANTS.items()), widget=UnfoldAdminCheckboxSelectMultipleWidget)
    redirect_uris = long_text("Redirect URIs", "One a line. Where people go back to with their code.")
    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {meaning.lower()}") for scope, meaning in SCOPES.items()],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        initial=["openid"],
    )
    asks_consent = forms.BooleanField(
        label="Ask people",
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Off only for the company's own apps.",
    )
    targets = long_text("Resources", "One URI a line: for whom, besides the portal, it may get tokens.")
    may_act = forms.BooleanField(
        label="May act for others",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="It may show an actor's token beside somebody's own (RFC 8693).",
    )
    app = forms.ModelChoiceField[User](
        queryset=None,
        label="Stands for the app",
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="With client credentials it is this app, one of the users.",
    )

    class Meta:
        model = ClientRegistration
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        apps = User.objects.filter(tenant=current_tenant(), kind=Kind.APP, is_active=True)
        cast("forms.ModelChoiceField[User]", self.fields["app"]).queryset = apps
        if not self.instance._state.adding:  # noqa: SLF001 - the documented way to tell a new row
            self.initial = {**_shown(self.instance), **self.initial}

    def clean_redirect_uris(self) -> list[str]:
        return _each(self.cleaned_data["redirect_uris"], check_redirect_uri)

    def clean_targets(self) -> list[str]:
        return _each(self.cleaned_data["targets"], check_target)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            confidential = cleaned["runs"] == "yes"
            check_grants(cleaned["grants"], confidential=confidential, redirect_uris=cleaned["redirect_uris"])
            if cleaned["may_act"] and not confidential:
                self.add_error("may_act", "Only a client that keeps a secret may act for others.")
        return cleaned

    def facts(self) -> ClientFacts:
        entered = dict(self.cleaned_data)
        return ClientFacts(confidential=entered.pop("runs") == "yes", **entered)


class ClientRegistrationAdmin(TenantsRowsAdmin[ClientRegistration]):
    form = ClientForm
    list_display = ["name", "client_id", "runs"]
    actions = ["renew"]
    search_fields = ["client__name", "client__id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClientRegistration]:
        return super().get_queryset(request).select_related("client")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A client belongs to the house at whose host it is registered."""
        return super().has_add_permission(request) and current_tenant() is not None

    def has_change_permission(self, request: HttpRequest, obj: ClientRegistration | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or current_tenant() is not None)

    def get_fields(self, request: HttpRequest, obj: ClientRegistration | None = None) -> Any:
        names = list(ClientForm.base_fields)
        return names if self.has_change_permission(request, obj) else ["name", "client_id", "runs"]

    @admin.display(description="Name", ordering="client__name")
    def name(self, registration: ClientRegistration) -> str:
        return str(registration.client.name)

    @display(description="Runs", label={"confidential": "success", "public": "info"})  # type: ignore[untyped-decorator]
    def runs(self, registration: ClientRegistration) -> str:
        return str(registration.client.type)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> ClientRegistration:
        return cast("ClientRegistration", form.instance)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """There is nothing besides the registration."""

    def save_model(self, request: HttpRequest, obj: ClientRegistration, form: ClientForm, change: bool) -> None:
        tenant = current_tenant()
        if tenant is None:
            raise Http404("Clients are registered at a tenant's host.")
        if change:
            change_client(obj, form.facts())
            return
        registration, secret = add_client(tenant, form.facts())
        obj.pk, obj.client = registration.pk, registration.client
        request.issued_secret = secret  # type: ignore[attr-defined] # For the page that answers this request.

    def response_add(
        self, request: HttpRequest, obj: ClientRegistration, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._issued(request, obj, request.issued_secret)  # type: ignore[attr-defined]

    def delete_model(self, request: HttpRequest, obj: ClientRegistration) -> None:
        drop_client(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ClientRegistration]) -> None:
        for registration in queryset:
            drop_client(registration)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Tell what the service will do, which is not what Django's own search for related rows would find."""
        told = [f"{registration}: every token that it was given ends." for registration in objs]
        return told, {"OAuth clients": len(told)}, set(), []

    @admin.action(description="Give another secret")
    def renew(self, request: HttpRequest, queryset: QuerySet[ClientRegistration]) -> HttpResponse | None:
        if len(queryset) != 1:
            self.message_user(request, "Choose one client: its new secret is shown once.")
            return None
        return self._issued(request, queryset[0], renew_secret(queryset[0]))

    def _issued(self, request: HttpRequest, registration: ClientRegistration, secret: Any) -> HttpResponse:
        """Show the secret this once, on a page: a message would carry it through a cookie."""
        context = self.admin_site.each_context(request) | {
            "title": "The OAuth client",
            "opts": self.opts,
            "client": registration.client,
            "secret": secret.reveal() if registration.client.type == registration.client.Type.CONFIDENTIAL else "",
            "issuer": f"{request.scheme}://{request.get_host()}",
        }
        return TemplateResponse(request, _ISSUED, context)


def _shown(registration: ClientRegistration) -> dict[str, Any]:
    client = registration.client
    return {
        "name": client.name,
        "runs": "yes" if client.type == client.Type.CONFIDENTIAL else "no",
        "grants": client.get_grant_types(),
        "redirect_uris": client.redirect_uris,
        "scopes": client.get_scopes(),
        "asks_consent": not client.skip_consent,
        "targets": registration.targets,
        "may_act": registration.may_act,
        "app": registration.app_id,
    }


def _each(text: str, check: Callable[[str], None]) -> list[str]:
    """The lines of a field, each checked; every complaint at once."""
    lines = text.split()
    complaints: list[ValidationError] = []
    for line in lines:
        try:
            check(line)
        except ValidationError as error:
            complaints.append(error)
    if complaints:
        raise ValidationError(complaints)
    return lines
