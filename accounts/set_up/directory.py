"""What a tenant's admin fills in for a directory, each complaint beside its field."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from django import forms
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.models import ProviderKind
from accounts.set_up.form import ProviderForm, long_text, secret, text

_GROUPS = [
    ("none", "Not read"),
    ("nested", "Step by step, group by group (OpenLDAP and others)"),
    ("chain", "By Active Directory's rule for chains"),
]
_MOST_SERVERS = 5


class DirectoryForm(ProviderForm):
    kind = ProviderKind.LDAP
    SECRETS = ("bind_password",)

    servers = long_text(
        "Servers",
        "One a line, such as ldap://dc1.acme.example or ldaps://…; the next is asked when one is gone.",
        rows=2,
        required=True,
    )
    starttls = forms.BooleanField(
        label="StartTLS",
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Encrypts ldap:// before anything is said. Off, passwords cross the network in clear.",
    )
    ca = long_text("Certificates of your authority", "In PEM. Empty: those that this machine trusts.")
    bind_dn = text("Portal's account (DN)", "Searches for people. Empty: anonymously.")
    bind_password = secret("Its password")
    base = text("Base DN", "People are searched below it.", required=True)
    filter = text("Filter", "Must hold {username}.", required=True, initial="(uid={username})")
    user_dn = text("DN of people", "Instead of a search, such as uid={username},ou=people,dc=acme,dc=example.")
    groups = forms.ChoiceField(choices=_GROUPS, widget=UnfoldAdminSelectWidget)
    group_base = text("Base DN of groups", "Empty: that of people.")
    required_group = text("Demanded group (DN)", "Empty: everybody found may come in.")

    def shown(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "servers": "\n".join(settings.get("servers", []))}

    def clean_servers(self) -> list[str]:
        servers: list[str] = self.cleaned_data["servers"].split()
        if not 1 <= len(servers) <= _MOST_SERVERS:
            raise forms.ValidationError(f"Give between one and {_MOST_SERVERS} servers.")
        for server in servers:
            if not _is_server(server):
                raise forms.ValidationError(f"“{server[:100]}” is no address such as ldap://host or ldaps://host:636.")
        return servers

    def clean_ca(self) -> str:
        pem: str = self.cleaned_data["ca"]
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
