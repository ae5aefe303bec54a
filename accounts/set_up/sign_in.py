"""The pages on which a tenant's admins say how their people sign in, and prove which e-mail domains are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.domains import add_domain, drop_domain, lead_domain, proof_of, verify_domain
from accounts.models import EmailDomain, IdentityProvider, SignInSettings
from accounts.sign_in_settings import NAMES, change_sign_in, check_passwords
from tenants.logos import content_type_of
from tenants.refusal import Refusal
from tenants.scope import current_tenant
from tenants.site import ServiceAdmin, TenantsRowsAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse


class SignInForm(forms.ModelForm[SignInSettings]):
    signup_domains = forms.CharField(
        label="E-mail domains that may sign up",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="One a line, such as acme.example; none: any.",
    )
    logo = forms.FileField(
        required=False, widget=UnfoldAdminFileFieldWidget, help_text="PNG, JPEG or WebP, at most 100 kB."
    )
    remove_logo = forms.BooleanField(required=False, widget=UnfoldBooleanSwitchWidget)

    class Meta:
        model = SignInSettings
        fields = NAMES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["signup_domains"] = "\n".join(self.instance.signup_domains)

    def clean_signup_domains(self) -> list[str]:
        domains: list[str] = self.cleaned_data["signup_domains"].lower().split()
        return domains

    def clean_local_passwords(self) -> bool:
        wanted: bool = self.cleaned_data["local_passwords"]
        try:
            check_passwords(self.instance, local_passwords=wanted)
        except ValidationError as error:
            raise forms.ValidationError(error.messages) from error
        return wanted

    def clean_logo(self) -> bytes | None:
        file = self.cleaned_data["logo"]
        content = file.read() if file else None
        if content:
            content_type_of(content)
        return content


class SignInSettingsAdmin(ServiceAdmin[SignInSettings]):
    """One page: that of the tenant at whose host it stands."""

    form = SignInForm
    fields = [*NAMES, "logo", "remove_logo"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignInSettings]:
        rows, tenant = super().get_queryset(request), current_tenant()
        return rows.filter(pk=tenant.pk) if tenant else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and current_tenant() is not None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SignInSettings | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        tenant = current_tenant()
        return redirect("admin:accounts_signinsettings_change", tenant.pk) if tenant else redirect("admin:index")

    def save_model(self, request: HttpRequest, obj: SignInSettings, form: SignInForm, change: bool) -> None:
        change_sign_in(obj, **form.cleaned_data)


class EmailDomainForm(forms.ModelForm[EmailDomain]):
    provider = forms.ChoiceField(
        required=False, widget=UnfoldAdminSelectWidget, help_text="To which addresses of this domain are led."
    )

    class Meta:
        model = EmailDomain
        fields = ["domain"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding  # noqa: SLF001 - the documented way to tell a new row
        self.home = current_tenant() if self.is_new else self.instance.tenant
        providers = IdentityProvider.objects.filter(tenant=self.home)
        choices = [("", "None"), *((str(one.pk), one.name) for one in providers)]
        self.fields["provider"].choices = choices  # type: ignore[attr-defined]
        self.initial["provider"] = str(self.instance.provider_id or "")

    def clean_provider(self) -> IdentityProvider | None:
        chosen = self.cleaned_data["provider"]
        return IdentityProvider.objects.get(tenant=self.home, pk=chosen) if chosen else None

    def clean_domain(self) -> str:
        domain: str = self.cleaned_data["domain"].lower()
        if self.is_new and EmailDomain.objects.filter(tenant=self.home, domain=domain).exists():
            raise forms.ValidationError("This domain is in your list already.")
        return domain


class EmailDomainAdmin(TenantsRowsAdmin[EmailDomain]):
    form = EmailDomainForm
    list_display = ["domain", "provider", "standing", "record_name", "record_text"]
    list_select_related = ["provider"]
    actions = ["verify"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and current_tenant() is not None

    def get_readonly_fields(self, request: HttpRequest, obj: EmailDomain | None = None) -> list[str]:
        return ["domain"] if obj else []

    @display(description="Standing", label={"proved": "success", "not proved": "warning"})  # type: ignore[untyped-decorator]
    def standing(self, domain: EmailDomain) -> str:
        return "proved" if domain.verified_at else "not proved"

    @admin.display(description="TXT record at")
    def record_name(self, domain: EmailDomain) -> str:
        return proof_of(domain)[0]

    @admin.display(description="Its text")
    def record_text(self, domain: EmailDomain) -> str:
        return proof_of(domain)[1]

    def save_model(self, request: HttpRequest, obj: EmailDomain, form: EmailDomainForm, change: bool) -> None:
        tenant = current_tenant()
        if change:
            lead_domain(obj, provider=form.cleaned_data["provider"])
        elif tenant:
            obj.pk = add_domain(tenant, domain=obj.domain, provider=form.cleaned_data["provider"]).pk

    def delete_model(self, request: HttpRequest, obj: EmailDomain) -> None:
        drop_domain(obj.tenant, obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[EmailDomain]) -> None:
        for domain in queryset:
            drop_domain(domain.tenant, domain.pk)

    @admin.action(description="Look for the record")
    def verify(self, request: HttpRequest, domains: QuerySet[EmailDomain]) -> None:
        for domain in domains:
            try:
                verify_domain(domain, now=timezone.now())
                self.message_user(request, f"{domain} is proved to be yours.")
            except Refusal as refusal:
                self.message_user(request, refusal.sentence, messages.ERROR)
