from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import Http404, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.decorators import display

from accounts import factors, services, standing
from accounts.admin_forms import TokenAdminForm, UserForm
from accounts.intake.csv_file import write
from accounts.models import (
    APIToken,
    ClientRegistration,
    EmailDomain,
    IdentityProvider,
    Import,
    Kind,
    SCIMToken,
    SignInSettings,
    Source,
    User,
)
from accounts.names import MEMBER
from accounts.set_up.clients import ClientRegistrationAdmin
from accounts.set_up.csv_page import by_file
from accounts.set_up.imports import ImportAdmin, SourceAdmin
from accounts.set_up.pages import IdentityProviderAdmin
from accounts.set_up.scim import SCIMTokenAdmin
from accounts.set_up.sign_in import EmailDomainAdmin, SignInSettingsAdmin
from accounts.tokens import issue_token, revoke_token
from tenants.refusal import Secret
from tenants.scope import current_tenant
from tenants.site import TenantsRowsAdmin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from tenants.models import Tenant

_WRITTEN = ("tenant", "kind", "username", "display_name", "email", "is_staff")


admin.site.register(ClientRegistration, ClientRegistrationAdmin)
admin.site.register(IdentityProvider, IdentityProviderAdmin)
admin.site.register(Source, SourceAdmin)
admin.site.register(Import, ImportAdmin)
admin.site.register(EmailDomain, EmailDomainAdmin)
admin.site.register(SignInSettings, SignInSettingsAdmin)
admin.site.register(SCIMToken, SCIMTokenAdmin)


@admin.register(User)
class UserAdmin(TenantsRowsAdmin[User]):
    form = UserForm
    list_display = ["username", "display_name", "email", "part", "standing"]
    list_filter = ["is_active", "awaits_approval", ("deleted_at", admin.EmptyFieldListFilter), "kind", "is_staff"]
    search_fields = ["username", "display_name", "email"]
    actions = ["approve", "disable", "restore", "revoke", "remove_factors", "export"]
    change_list_template = "admin/accounts/user/change_list.html"

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Show the tenant to the operator only, and only for a new user: nobody moves from tenant to tenant."""
        fields = ["kind", "username", "display_name", "email", "is_staff"]
        if not self.has_change_permission(request, obj):
            return [*fields, "standing"]
        fields += ["new_password", "seen_version"]
        return ["tenant", *fields] if obj is None and current_tenant() is None else fields

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Nobody takes their own admin right away, so that each house keeps one who has it."""
        return ["is_staff"] if obj is not None and _is_self(request, obj) else []

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A guest is what they are: to be disabled or deleted, never renamed into somebody."""
        return super().has_change_permission(request, obj) and (obj is None or obj.kind != Kind.GUEST)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not _is_kept(request, obj))

    def get_deleted_objects(self, objs: Iterable[User], request: HttpRequest) -> Any:
        """Tell what the service will do, which is not what Django's own search for related rows would find."""
        users = list(objs)
        told = [_farewell(user) for user in users]
        kept = [
            f"{user} (an admin can't delete themselves or an operator)" for user in users if _is_kept(request, user)
        ]
        return told, {"users": len(users)}, set(), kept

    def get_urls(self) -> Any:
        csv = path("csv/", self.admin_site.admin_view(self.csv), name="accounts_user_csv")
        return [csv, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Offer the file where it is clear whose users it is about."""
        return super().changelist_view(request, {"offers_csv": current_tenant() is not None, **(extra_context or {})})

    def csv(self, request: HttpRequest) -> HttpResponse:
        tenant = current_tenant()
        if tenant is None:
            raise Http404("Files are taken at a tenant's host.")
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": "Users by a CSV file"}
        return TemplateResponse(request, "admin/accounts/user/csv.html", context | by_file(request, tenant))

    @admin.display(description="Role", ordering="kind")
    def part(self, user: User) -> str:
        part = "Admin" if user.is_staff else user.get_kind_display()
        return part if user.role == MEMBER else f"{part}, {user.role}"

    @display(  # type: ignore[untyped-decorator]
        description="Standing",
        ordering="is_active",
        label={"active": "success", "waits for approval": "warning", "disabled": "danger", "deleted": "danger"},
    )
    def standing(self, user: User) -> str:
        if user.awaits_approval:
            return "waits for approval"
        return "deleted" if user.deleted_at else "active" if user.is_active else "disabled"

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in _WRITTEN if name in form.cleaned_data}
        password = Secret(form.cleaned_data["new_password"]) if form.cleaned_data["new_password"] else None
        if not change:
            values.setdefault("tenant", current_tenant())
            obj.pk = services.register(password=password, **values).pk
            return
        services.update(obj, expected_version=form.cleaned_data["seen_version"], **values)
        if password:
            services.set_password(obj, password)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        _in_each_tenant(standing.delete, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        _in_each_tenant(standing.delete, queryset)

    @admin.action(description="Approve")
    def approve(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self.message_user(request, f"{_in_each_tenant(standing.approve, users)} approved.")

    @admin.action(description="Disable")
    def disable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        others = [user for user in users if not _is_kept(request, user)]
        if len(others) < len(users):
            warning = "You can't disable yourself or an operator. Take an operator's admin right away instead."
            self.message_user(request, warning, messages.WARNING)
        self.message_user(request, f"{_in_each_tenant(standing.disable, others)} disabled.")

    @admin.action(description="Enable again")
    def restore(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self.message_user(request, f"{_in_each_tenant(standing.restore, users)} enabled.")

    @admin.action(description="Revoke now: end sessions, tokens and AWS credentials")
    def revoke(self, request: HttpRequest, users: QuerySet[User]) -> None:
        revoked = _in_each_tenant(standing.revoke, users)
        self.message_user(request, f"Of {revoked} everything ended here. “Revocations” tells when AWS follows.")

    @admin.action(description="Export as CSV")
    def export(self, request: HttpRequest, users: QuerySet[User]) -> StreamingHttpResponse:
        lines = list(write(users))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="users.csv"'
        return answer

    @admin.action(description="Remove second factors (lost phone) and sign out")
    def remove_factors(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """Also of operators, who have nobody else; for oneself there is the account's own page."""
        others = [user for user in users if not _is_self(request, user)]
        removed = sum(factors.remove_factors(user.tenant, [user.pk]) for user in others)
        self.message_user(request, f"Second factors of {removed} removed.")


@admin.register(APIToken)
class APITokenAdmin(TenantsRowsAdmin[APIToken]):
    form = TokenAdminForm
    list_display = ["prefix", "name", "user", "standing", "created_at", "expires_at", "last_used_at"]
    search_fields = ["prefix", "name", "user__username"]
    actions = ["revoke"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[APIToken]:
        return super().get_queryset(request).select_related("user")

    def get_fields(self, request: HttpRequest, obj: APIToken | None = None) -> Any:
        return [*self.list_display, "revoked_at"] if obj else ["user", "name", "days"]

    def has_change_permission(self, request: HttpRequest, obj: APIToken | None = None) -> bool:
        """A token is made and revoked, never changed."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: APIToken | None = None) -> bool:
        return False

    @display(  # type: ignore[untyped-decorator]
        description="Standing", label={"valid": "success", "expired": "warning", "revoked": "danger"}
    )
    def standing(self, token: APIToken) -> str:
        return _standing(token, timezone.now())

    def save_model(self, request: HttpRequest, obj: APIToken, form: Any, change: bool) -> None:
        token, secret = issue_token(**form.cleaned_data, now=timezone.now())
        obj.pk, obj.prefix, obj.expires_at = token.pk, token.prefix, token.expires_at
        request.issued_secret = secret  # type: ignore[attr-defined] # For the page that answers this request.

    def response_add(self, request: HttpRequest, obj: APIToken, post_url_continue: str | None = None) -> HttpResponse:
        """Show the secret this once, on a page: a message would carry it through a cookie."""
        context = self.admin_site.each_context(request) | {
            "title": "The new API token",
            "opts": self.opts,
            "token": obj,
            "secret": request.issued_secret.reveal(),  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/accounts/apitoken/issued.html", context)

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, tokens: QuerySet[APIToken]) -> None:
        for token in tokens:
            revoke_token(token.tenant, token.pk)
        self.message_user(request, "Revoked.")


def _standing(token: APIToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "valid" if token.is_valid_at(now) else "expired"


def _is_self(request: HttpRequest, user: User) -> bool:
    return user.pk == request.user.pk


def _is_kept(request: HttpRequest, user: User) -> bool:
    """Nobody puts themselves out, and operators leave by losing their admin right: so one always stays."""
    return user.tenant is None or _is_self(request, user)


def _farewell(user: User) -> str:
    """Tell what a deletion will do: first it can be undone, and the second time it is for good."""
    if user.tenant is None or user.deleted_at or user.kind == Kind.GUEST or not user.tenant.grace_days:
        return f"{user}: every session and API token ends; the portal forgets the user now, and for good."
    days = user.tenant.grace_days
    return (
        f"{user}: every session and API token ends; in {days} days the portal forgets the user. "
        "Until then “Enable again” brings everything back, and a second deletion forgets them at once."
    )


def _in_each_tenant(service: Callable[[Tenant, list[Any]], int], users: Iterable[User]) -> int:
    """Call a service once for each tenant among the chosen users; the operator may choose over several."""
    chosen: dict[Tenant, list[Any]] = {}
    for user in users:
        if user.tenant is not None:
            chosen.setdefault(user.tenant, []).append(user.pk)
    return sum(service(tenant, user_ids) for tenant, user_ids in chosen.items())
