"""How a tenant's admin sets up a directory: a form, a test that shows what it says, and only then the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.decorators import display

from accounts import arrivals, claims, kinds, ldap
from accounts.directory_form import DirectoryForm, TryForm
from accounts.kinds.ldap import directory, may_enter, said
from accounts.models import IdentityProvider, ProviderKind
from accounts.providers import add_provider, change_provider, drop_provider, note_test, switch
from tenants.refusal import Refusal, Secret
from tenants.scope import current_tenant
from tenants.site import TenantsRowsAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

# Of a value that somebody's entry holds, an admin sees the beginning only.
_SHOWN = 2


class IdentityProviderAdmin(TenantsRowsAdmin[IdentityProvider]):
    form = DirectoryForm
    list_display = ["name", "kind", "standing", "position", "tested_at"]
    list_filter = ["is_enabled", "kind"]
    actions = ["switch_on", "switch_off"]
    change_form_template = "admin/accounts/identityprovider/change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A provider is set up at its tenant's own host: the addresses that it is given are those of that host."""
        return super().has_add_permission(request) and current_tenant() is not None

    def get_readonly_fields(self, request: HttpRequest, obj: IdentityProvider | None = None) -> list[str]:
        return ["slug"] if obj else []

    def get_urls(self) -> Any:
        test = path(
            "<path:object_id>/test/", self.admin_site.admin_view(self.test), name="accounts_identityprovider_test"
        )
        return [test, *super().get_urls()]

    @display(  # type: ignore[untyped-decorator]
        description="Standing", label={"on": "success", "tested, off": "info", "not tested": "warning"}
    )
    def standing(self, provider: IdentityProvider) -> str:
        if provider.is_enabled:
            return "on"
        return "tested, off" if provider.tested_at else "not tested"

    def save_model(self, request: HttpRequest, obj: IdentityProvider, form: DirectoryForm, change: bool) -> None:
        if change:
            change_provider(IdentityProvider.objects.get(tenant=obj.tenant, pk=obj.pk), **form.values())
            return
        tenant = current_tenant()
        if tenant is None:
            raise Http404("Providers are made at a tenant's host.")
        slug = form.cleaned_data["slug"]
        obj.pk = add_provider(tenant, kind=ProviderKind.LDAP, slug=slug, **form.values()).pk

    def delete_model(self, request: HttpRequest, obj: IdentityProvider) -> None:
        drop_provider(obj.tenant, obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[IdentityProvider]) -> None:
        for provider in queryset:
            drop_provider(provider.tenant, provider.pk)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Tell what the service will do, which is not what Django's own search for related rows would find."""
        told = [f"{provider}: nobody gets in by it any more; its people stay users." for provider in objs]
        return told, {"identity providers": len(told)}, set(), []

    @admin.action(description="Switch on")
    def switch_on(self, request: HttpRequest, providers: QuerySet[IdentityProvider]) -> None:
        for provider in providers:
            switch(provider, on=True)
        self.message_user(request, "Switched on.")

    @admin.action(description="Switch off")
    def switch_off(self, request: HttpRequest, providers: QuerySet[IdentityProvider]) -> None:
        for provider in providers:
            switch(provider, on=False)
        self.message_user(request, "Switched off.")

    def test(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Look somebody up, show what the directory says, and sign nobody in."""
        provider = self.get_object(request, object_id)
        if provider is None:
            raise Http404("There is no such identity provider.")
        form = TryForm(request.POST or None)
        found = try_out(provider, form.cleaned_data) if form.is_valid() else {}
        context = self.admin_site.each_context(request) | {
            "title": f"Test {provider.name}",
            "opts": self.opts,
            "provider": provider,
            "form": form,
            **found,
        }
        return TemplateResponse(request, "admin/accounts/identityprovider/test.html", context)


def try_out(provider: IdentityProvider, entries: dict[str, str]) -> dict[str, Any]:
    """What the directory says about this name: rows to show and a verdict; or what is wrong, in a sentence."""
    try:
        found = _ask(provider, entries["username"], Secret(entries["password"]))
    except Refusal as refusal:
        return {"trouble": " ".join([refusal.sentence, *getattr(refusal, "__notes__", [])])}
    if found is None:
        return {
            "trouble": "The directory answers, but knows nobody by this name and password. Look at base and filter."
        }
    told = said(found)
    rows = [(name, [_redacted(value) for value in values]) for name, values in sorted(told.items())]
    try:
        read = claims.read(told, kinds.attribute_map(provider))
    except claims.Unusable as unusable:
        return {"rows": rows, "trouble": str(unusable)}
    note_test(provider, now=timezone.now())
    verdict = arrivals.foretell(provider, read) if may_enter(directory(provider), found) else _NOT_LET_IN
    return {"rows": rows, "verdict": verdict}


_NOT_LET_IN = "They would be refused: the account is disabled, or not in the group that is demanded."


def _ask(provider: IdentityProvider, username: str, password: Secret) -> Any:
    settings = directory(provider)
    if password.reveal() or settings.user_dn:
        return ldap.sign_in(settings, username, password)
    return ldap.look_up(settings, username)


def _redacted(value: str) -> str:
    return value[:_SHOWN] + "…" if len(value) > _SHOWN else value
