from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from accounts import services
from accounts.models import APIToken, Kind, User
from accounts.names import normal_username
from accounts.tokens import MAX_DAYS, issue_token, revoke_token
from tenants.refusal import Secret
from tenants.scope import current_tenant
from tenants.site import ServiceAdmin, is_operator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from tenants.models import Tenant


class UserForm(forms.ModelForm[User]):
    password = forms.CharField(
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        required=False,
        strip=False,
        help_text="Empty: leave it as it is. A new user without one can't sign in with a password.",
    )
    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in (Kind.PERSON, Kind.APP)], widget=UnfoldAdminSelectWidget
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = User
        fields = ["tenant", "kind", "username", "display_name", "email", "is_staff"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version
        if self._is_new:
            self.instance.tenant = current_tenant()

    @property
    def _is_new(self) -> bool:
        return self.instance._state.adding  # noqa: SLF001 - the documented way to tell a new row

    def _get_validation_exclusions(self) -> set[str]:
        """Check a user name within its tenant also where the form does not show the tenant."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"tenant"}

    def clean_username(self) -> str:
        return normal_username(self.cleaned_data["username"])

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.instance)
        return password

    def clean(self) -> dict[str, Any]:
        """Stop whoever saves over somebody else's change: their own entries stay in the form."""
        cleaned = super().clean() or {}
        if not self._is_new and cleaned.get("seen_version") != self.instance.version:
            raise forms.ValidationError(
                "Somebody else changed this user while you were editing. Open the user again and repeat your change."
            )
        tenant = cleaned.get("tenant", self.instance.tenant)
        if not services.address_is_free(tenant, cleaned.get("email", ""), but_for=self.instance):
            self.add_error("email", "This e-mail address belongs to another user.")
        return cleaned


@admin.register(User)
class UserAdmin(ServiceAdmin[User]):
    form = UserForm
    list_display = ["username", "shown_name", "email", "kind", "standing", "is_staff"]
    list_filter = ["is_active", "awaits_approval", "kind", "is_staff"]
    search_fields = ["username", "display_name", "email"]
    actions = ["approve", "disable", "restore"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).select_related("tenant")

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return ["tenant", *columns] if is_operator(request) else columns

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Show the tenant to the operator only, and only for a new user: nobody moves from tenant to tenant."""
        fields = ["kind", "username", "display_name", "email", "is_staff", "password", "seen_version"]
        return ["tenant", *fields] if obj is None and is_operator(request) else fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A guest is what they are: to be disabled or deleted, never renamed into somebody."""
        return super().has_change_permission(request, obj) and (obj is None or obj.kind != Kind.GUEST)

    @admin.display(description="Name")
    def shown_name(self, user: User) -> str:
        return user.shown_name

    @admin.display(description="Standing", ordering="is_active")
    def standing(self, user: User) -> str:
        if user.awaits_approval:
            return "waits for approval"
        return "active" if user.is_active else "disabled"

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in form.Meta.fields if name in form.cleaned_data}
        password = Secret(form.cleaned_data["password"]) if form.cleaned_data["password"] else None
        if not change:
            values.setdefault("tenant", current_tenant())
            obj.pk = services.register(password=password, **values).pk
            return
        services.update(obj, expected_version=form.cleaned_data["seen_version"], **values)
        if password:
            services.set_password(obj, password)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        if obj.tenant is not None:
            services.delete(obj.tenant, [obj.id])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        _in_each_tenant(services.delete, queryset)

    @admin.action(description="Approve")
    def approve(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self.message_user(request, f"{_in_each_tenant(services.approve, users)} approved.")

    @admin.action(description="Disable")
    def disable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        others = users.exclude(pk=str(request.user.pk))
        self.message_user(request, f"{_in_each_tenant(services.disable, others)} disabled.")

    @admin.action(description="Enable again")
    def restore(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self.message_user(request, f"{_in_each_tenant(services.restore, users)} enabled.")


class TokenAdminForm(forms.ModelForm[APIToken]):
    # Declared here, because Django would read the users when this class is made, before any scope is open.
    user = forms.ModelChoiceField[User](
        queryset=None,
        widget=UnfoldAdminSelectWidget,
        help_text="The app the token stands for. Make it among the users, of the kind “App”.",
    )
    days = forms.IntegerField(
        label="Lifetime in days",
        min_value=1,
        max_value=MAX_DAYS,
        initial=90,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=f"At most {MAX_DAYS}.",
    )

    class Meta:
        model = APIToken
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        apps = User.objects.filter(is_active=True, tenant__isnull=False, kind=Kind.APP)
        cast("forms.ModelChoiceField[User]", self.fields["user"]).queryset = apps


@admin.register(APIToken)
class APITokenAdmin(ServiceAdmin[APIToken]):
    form = TokenAdminForm
    fields = ["user", "name", "days"]
    list_display = ["prefix", "name", "user", "created_at", "expires_at", "last_used_at", "revoked_at"]
    list_select_related = ["user", "tenant"]
    search_fields = ["prefix", "name", "user__username"]
    actions = ["revoke"]

    def has_change_permission(self, request: HttpRequest, obj: APIToken | None = None) -> bool:
        """A token is made and revoked, never changed."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: APIToken | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: APIToken, form: Any, change: bool) -> None:
        token, secret = issue_token(**form.cleaned_data, now=timezone.now())
        obj.pk = token.pk
        note = "The token, shown this once: <code>{}</code>. Copy it now; the portal keeps only a digest of it."
        self.message_user(request, format_html(note, secret.reveal()))

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, tokens: QuerySet[APIToken]) -> None:
        for token in tokens.select_related("tenant"):
            revoke_token(token.tenant, token.pk)
        self.message_user(request, "Revoked.")


def _in_each_tenant(service: Callable[[Tenant, list[Any]], int], users: QuerySet[User]) -> int:
    """Call a service once for each tenant among the chosen users; the operator may choose over several."""
    chosen: dict[Tenant, list[Any]] = {}
    for user in users.select_related("tenant"):
        if user.tenant is not None:
            chosen.setdefault(user.tenant, []).append(user.pk)
    return sum(service(tenant, user_ids) for tenant, user_ids in chosen.items())
