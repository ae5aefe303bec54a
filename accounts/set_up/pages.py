"""How a tenant's admin sets up a way in: a form, a test that shows what the provider says, and only then the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from unfold.decorators import display

from accounts import kinds as provider_kinds
from accounts.models import IdentityProvider
from accounts.providers import add_provider, change_provider, drop_provider, switch
from accounts.set_up import kinds
from accounts.set_up.trying import try_by_browser, try_directory
from tenants.scope import current_tenant
from tenants.site import TenantsRowsAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from accounts.set_up.form import ProviderForm

_TEMPLATES = "admin/accounts/identityprovider"


class IdentityProviderAdmin(TenantsRowsAdmin[IdentityProvider]):
    list_display = ["name", "kind", "standing", "attention", "position", "tested_at"]
    list_filter = ["is_enabled", "kind"]
    actions = ["switch_on", "switch_off"]
    change_form_template = f"{_TEMPLATES}/change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A provider is set up at its tenant's own host: the addresses that it is given are those of that host."""
        return super().has_add_permission(request) and current_tenant() is not None

    def get_form(
        self, request: HttpRequest, obj: IdentityProvider | None = None, change: bool = False, **_: Any
    ) -> type[ProviderForm]:
        """The form of the kind, its common fields drawn as the admin draws all fields."""
        form = kinds.FORMS[obj.kind if obj else _chosen(request)]
        return cast("type[ProviderForm]", super().get_form(request, obj, change, form=form, fields=form.Meta.fields))

    def get_fieldsets(self, request: HttpRequest, obj: IdentityProvider | None = None) -> Any:
        form = self.get_form(request, obj)(instance=obj)
        return [(None, {"fields": [name for name in form.fields if not (obj and name == "slug")]})]

    def get_urls(self) -> Any:
        test = path(
            "<path:object_id>/test/", self.admin_site.admin_view(self.test), name="accounts_identityprovider_test"
        )
        return [test, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for the kind first: each has a form of its own."""
        if self.has_add_permission(request) and _chosen(request) not in kinds.FORMS:
            context = self._around(request, title="Add an identity provider", kinds=kinds.choices())
            return TemplateResponse(request, f"{_TEMPLATES}/choose.html", context)
        return super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        provider = self.get_object(request, object_id)
        told = {"facts": kinds.facts(request, provider)} if provider else {}
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    @display(  # type: ignore[untyped-decorator]
        description="Standing", label={"on": "success", "tested, off": "info", "not tested": "warning"}
    )
    def standing(self, provider: IdentityProvider) -> str:
        if provider.is_enabled:
            return "on"
        return "tested, off" if provider.tested_at else "not tested"

    @admin.display(description="Attention")
    def attention(self, provider: IdentityProvider) -> str:
        return kinds.attention(provider)

    def save_model(self, request: HttpRequest, obj: IdentityProvider, form: ProviderForm, change: bool) -> None:
        if change:
            change_provider(IdentityProvider.objects.get(tenant=obj.tenant, pk=obj.pk), **form.values())
            return
        tenant = current_tenant()
        if tenant is None:
            raise Http404("Providers are made at a tenant's host.")
        obj.pk = add_provider(tenant, kind=form.kind, slug=form.cleaned_data["slug"], **form.values()).pk

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
        """Try the provider: show what it says, sign nobody in, make nobody a user."""
        provider = self.get_object(request, object_id)
        if provider is None:
            raise Http404("There is no such identity provider.")
        attempt = try_by_browser if provider_kinds.goes_by_browser(provider) else try_directory
        answer = attempt(request, provider)
        if not isinstance(answer, dict):
            return answer
        context = self._around(request, title=f"Test {provider.name}", provider=provider, **answer)
        return TemplateResponse(request, f"{_TEMPLATES}/test.html", context)

    def _around(self, request: HttpRequest, **context: Any) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts, **context}


def _chosen(request: HttpRequest) -> str:
    return request.GET.get("kind", "")
