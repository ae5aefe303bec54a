"""What a tenant's admin fills in for a directory, each complaint beside its field."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from django import forms
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.claims import NAMES
from accounts.kinds.ldap import DEFAULT_MAP
from accounts.models import IdentityProvider

_GROUPS = [
    ("none", "Not read"),
    ("nested", "Step by step, group by group (OpenLDAP and others)"),
    ("chain", "By Active Directory's rule for chains"),
]
_ATTRIBUTE = r"^[A-Za-z][A-Za-z0-9;-]{0,99}\Z"
_MOST_SERVERS = 5
_COMMON = ["name", "slug", "position", "creates_users", "updates_users", "default_role"]


def _text(label: str, help_text: str = "", *, required: bool = False, initial: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        initial=initial,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
    )


def _map_field(name: str) -> forms.CharField:
    return forms.RegexField(
        regex=_ATTRIBUTE,
        label=f"{name.replace('_', ' ').capitalize()} stands in",
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": DEFAULT_MAP.get(name, "")}),
        error_messages={"invalid": "This is no name of an attribute."},
    )


class DirectoryForm(forms.ModelForm[IdentityProvider]):
    servers = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="One a line, such as ldap://dc1.acme.example or ldaps://…; the next is asked when one is gone.",
    )
    starttls = forms.BooleanField(
        label="StartTLS",
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Encrypts ldap:// before anything is said. Off, passwords cross the network in clear.",
    )
    ca = forms.CharField(
        label="Certificates of your authority",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text="In PEM. Empty: those that this machine trusts.",
    )
    bind_dn = _text("Portal's account (DN)", "Searches for people. Empty: anonymously.")
    bind_password = forms.CharField(
        label="Its password",
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Kept encrypted, and never shown again. Empty: as it is.",
    )
    base = _text("Base DN", "People are searched below it.", required=True)
    filter = _text("Filter", "Must hold {username}.", required=True, initial="(uid={username})")
    user_dn = _text("DN of people", "Instead of a search, such as uid={username},ou=people,dc=acme,dc=example.")
    groups = forms.ChoiceField(choices=_GROUPS, widget=UnfoldAdminSelectWidget)
    group_base = _text("Base DN of groups", "Empty: that of people.")
    required_group = _text("Demanded group (DN)", "Empty: everybody found may come in.")

    map_subject = _map_field("subject")
    map_username = _map_field("username")
    map_email = _map_field("email")
    map_email_verified = _map_field("email_verified")
    map_display_name = _map_field("display_name")
    map_groups = _map_field("groups")

    class Meta:
        model = IdentityProvider
        fields = _COMMON

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settings = self.instance.settings or {}
        settings = {**settings, "servers": "\n".join(settings.get("servers", []))}
        told = {f"map_{name}": value for name, value in (self.instance.attribute_map or {}).items()}
        self.initial = {**self.initial, **settings, **told}

    def clean_servers(self) -> list[str]:
        servers: list[str] = self.cleaned_data["servers"].split()
        if not 1 <= len(servers) <= _MOST_SERVERS:
            raise forms.ValidationError(f"Give between one and {_MOST_SERVERS} servers.")
        for server in servers:
            if not _is_server(server):
                raise forms.ValidationError(f"“{server[:100]}” is no address such as ldap://host or ldaps://host:636.")
        return servers

    def clean_ca(self) -> str:
        pem: str = self.cleaned_data["ca"].strip()
        try:
            return pem if not pem or x509.load_pem_x509_certificates(pem.encode()) else ""
        except ValueError as error:
            raise forms.ValidationError("These are no certificates in PEM (-----BEGIN CERTIFICATE-----).") from error

    def clean_filter(self) -> str:
        condition: str = self.cleaned_data["filter"].strip()
        if "{username}" not in condition or not _is_balanced(condition):
            raise forms.ValidationError("A filter has {username} in it and all its parentheses, as (uid={username}).")
        return condition

    def clean_user_dn(self) -> str:
        dn: str = self.cleaned_data["user_dn"].strip()
        if dn and ("{username}" not in dn or "=" not in dn):
            raise forms.ValidationError("Put {username} where the user name stands, as uid={username},ou=people,…")
        return dn

    def values(self) -> dict[str, Any]:
        """What the service is given: the common values, the directory's settings and its secrets."""
        entered = dict(self.cleaned_data)
        secret = entered.pop("bind_password")
        common = {name: entered.pop(name) for name in _COMMON if name in entered and name != "slug"}
        entered.pop("slug", None)
        attribute_map = {name: entered.pop(f"map_{name}") for name in NAMES}
        secrets = {"bind_password": secret} if secret else dict(self.instance.secrets)
        told = {name: value for name, value in attribute_map.items() if value}
        return {**common, "settings": entered, "secrets": secrets, "attribute_map": told}


class TryForm(forms.Form):
    username = forms.CharField(label="User name", max_length=200, widget=UnfoldAdminTextInputWidget)
    password = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="Empty: the entry is only looked up.",
    )


def _is_server(server: str) -> bool:
    try:
        parts = urlsplit(server)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.path.strip("/") or parts.query or parts.username or parts.fragment)
    return parts.scheme in {"ldap", "ldaps"} and bool(parts.hostname) and port != 0 and plain


def _is_balanced(condition: str) -> bool:
    depth = 0
    for character in condition:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0 and condition.startswith("(")
