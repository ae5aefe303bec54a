"""What a tenant's admin fills in for any provider, each complaint beside its field."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts import kinds
from accounts.addresses import check_url
from accounts.claims import NAMES
from accounts.models import IdentityProvider

_COMMON = ["name", "slug", "position", "creates_users", "updates_users", "default_role"]
# Names of attributes and claims, also such as cognito:groups and http://schemas.example/claims/name.
_ATTRIBUTE = r"^[\w:/.@+-][\w:/.@+; -]{0,199}\Z"


def text(label: str, help_text: str = "", *, required: bool = False, initial: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        initial=initial,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
    )


def url(label: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    field = text(label, help_text, required=required)
    field.validators.append(check_url)
    return field


def secret(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=f"{help_text} Kept encrypted, and never shown again. Empty: as it is.".strip(),
    )


def long_text(label: str, help_text: str = "", *, rows: int = 4, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, help_text=help_text, widget=UnfoldAdminTextareaWidget(attrs={"rows": rows})
    )


class ProviderForm(forms.ModelForm[IdentityProvider]):
    """A kind's own form adds its fields; SECRETS names those that are kept encrypted, NEEDED those it can't lack."""

    kind: ClassVar[str]
    SECRETS: ClassVar[tuple[str, ...]] = ()
    NEEDED: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = IdentityProvider
        fields = _COMMON

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        defaults = kinds.default_map(self.kind)
        for name in NAMES:
            self.fields[f"map_{name}"] = _map_field(name, defaults.get(name, ""))
        told = {f"map_{name}": value for name, value in (self.instance.attribute_map or {}).items()}
        self.initial = {**self.initial, **self.shown(self.instance.settings or {}), **told}

    def shown(self, settings: dict[str, Any]) -> dict[str, Any]:
        """The settings as the form's fields show them."""
        return settings

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        for name in self.NEEDED:
            if name not in self.errors and not entered.get(name) and not self.instance.secrets.get(name):
                self.add_error(name, "This is needed.")
        return entered

    def values(self) -> dict[str, Any]:
        """What the service is given: the common values, the kind's settings and its secrets."""
        entered = {name: value for name, value in self.cleaned_data.items() if name != "slug"}
        common = {name: entered.pop(name) for name in _COMMON if name in entered}
        attribute_map = {name: entered.pop(f"map_{name}") for name in NAMES}
        given = {name: entered.pop(name) for name in self.SECRETS}
        secrets = {**self.instance.secrets, **{name: value for name, value in given.items() if value}}
        told = {name: value for name, value in attribute_map.items() if value}
        return {**common, "settings": entered, "secrets": secrets, "attribute_map": told}


def _map_field(name: str, usual: str) -> forms.CharField:
    return forms.RegexField(
        regex=_ATTRIBUTE,
        label=f"{name.replace('_', ' ').capitalize()} stands in",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": usual}),
        error_messages={"invalid": "This is no name of an attribute."},
    )
