"""What a tenant's admin fills in for a SAML provider: its metadata, or what stands in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from accounts import fetch
from accounts.addresses import check_url
from accounts.kinds.saml import MOST_CERTIFICATES, NAME_ID_FORMATS
from accounts.models import ProviderKind
from accounts.saml import metadata
from accounts.saml.keys import make_key_pair, read_certificates
from accounts.set_up.form import ProviderForm, long_text, text, url
from tenants.refusal import Refusal

_READ = ("entity_id", "sso_url", "slo_url", "certificates")


def _switch(label: str, help_text: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanSwitchWidget, help_text=help_text)


class SAMLForm(ProviderForm):
    kind = ProviderKind.SAML

    metadata = long_text("Metadata of the provider", "The XML it gives you. Fills in what follows.")
    metadata_url = url("Metadata URL", "Instead. Read now, and each day for new certificates.")
    entity_id = text("Entity ID of the provider", "Also called issuer. Empty: as the metadata says.")
    sso_url = url("Sign-in URL", "Where it takes requests by HTTP-Redirect. Empty: as the metadata says.")
    slo_url = url("Single logout URL", "Empty where it knows none.")
    certificates = long_text(
        "Signing certificates", f"In PEM, at most {MOST_CERTIFICATES}. Empty: as the metadata says."
    )
    name_id_format = forms.ChoiceField(
        label="Asked-for format of the NameID",
        choices=list(NAME_ID_FORMATS.items()),
        widget=UnfoldAdminSelectWidget,
        help_text="Unless you name another subject, people are known by it: choose one that never changes hands.",
    )
    sign_requests = _switch("Sign requests", "With the portal's own key, which stands in its metadata.")
    allow_unsolicited = _switch(
        "Let sign-in begin at the provider",
        "From its list of apps. Then a link can sign somebody in as somebody else without their noticing.",
    )

    def shown(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "certificates": "\n".join(settings.get("certificates", []))}

    def clean_certificates(self) -> list[str]:
        pem: str = self.cleaned_data["certificates"].strip()
        found = read_certificates(pem) if pem else []
        if len(found) > MOST_CERTIFICATES:
            raise ValidationError(f"Give at most {MOST_CERTIFICATES} certificates.")
        return found

    def clean(self) -> dict[str, Any]:
        entered = super().clean()
        if not self.errors:
            entered |= self._read(entered)
        for name in ("entity_id", "sso_url", "certificates"):
            if not self.errors and not entered.get(name):
                self.add_error(name, "Give this, or the metadata in which it stands.")
        return entered

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["settings"].pop("metadata")
        if "private_key" in found["secrets"]:
            found["settings"]["certificate"] = self.instance.settings["certificate"]
            return found
        private_key, certificate = make_key_pair("Chime identity portal", now=timezone.now())
        found["settings"]["certificate"] = certificate
        found["secrets"]["private_key"] = private_key
        return found

    def _read(self, entered: dict[str, Any]) -> dict[str, Any]:
        """What the metadata says, where metadata was given."""
        field = "metadata" if entered["metadata"] else "metadata_url"
        try:
            content = self._content(entered)
            read = metadata.read(content, entity_id=entered["entity_id"]) if content else {}
            for location in filter(None, (read.get("sso_url"), read.get("slo_url"))):
                check_url(location)
        except ValidationError as error:
            self.add_error(field, error)
        except Refusal as refusal:
            self.add_error(field, " ".join([refusal.sentence, *getattr(refusal, "__notes__", [])]))
        else:
            return read
        return {}

    def _content(self, entered: dict[str, Any]) -> bytes:
        """The metadata that was pasted, or stands at an address that is new; or none."""
        if entered["metadata"]:
            return str(entered["metadata"]).encode()
        is_new = "metadata_url" in self.changed_data or not all(entered[name] for name in _READ if name != "slo_url")
        return fetch.get(entered["metadata_url"]) if entered["metadata_url"] and is_new else b""
