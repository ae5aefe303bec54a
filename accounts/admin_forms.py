"""What an admin fills in. The services check everything again; the forms put each complaint beside its field."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from accounts import services
from accounts.models import APIToken, Kind, User
from accounts.names import normal_username
from accounts.tokens import MAX_DAYS
from tenants.scope import current_tenant


class UserForm(forms.ModelForm[User]):
    # Not called "password", which is the column with the hash.
    new_password = forms.CharField(
        label="Password",
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

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
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


class _AppField(forms.ModelChoiceField[User]):
    def label_from_instance(self, app: User) -> str:
        """Name the tenant only where apps of several may be chosen from."""
        return str(app) if current_tenant() else f"{app} ({app.tenant})"


class TokenAdminForm(forms.ModelForm[APIToken]):
    # Declared here, because Django would read the users when this class is made, before any scope is open.
    user = _AppField(
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
        if "user" in self.fields:
            apps = User.objects.filter(is_active=True, tenant__isnull=False, kind=Kind.APP).select_related("tenant")
            cast("_AppField", self.fields["user"]).queryset = apps
