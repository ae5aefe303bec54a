"""What a tenant's admin fills in for a provider that speaks OAuth 2.0: a client of the tenant's own at each."""

from __future__ import annotations

import re
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django import forms
from unfold.widgets import UnfoldBooleanSwitchWidget

from accounts.models import ProviderKind
from accounts.set_up.form import ProviderForm, long_text, secret, text, url

_SCOPES = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*")  # RFC 6749, section 3.3
_POOL = re.compile(r"[a-z]{2}(-[a-z]+)+-\d_[A-Za-z0-9]{1,55}")  # Amazon Cognito, CreateUserPool: Id
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def _app_client_ids() -> forms.CharField:
    return text(
        "Client ids of your apps",
        "Divided by spaces. An id_token made for one of these is exchanged for credentials; other apps' are not.",
    )


class OpenIDForm(ProviderForm):
    kind = ProviderKind.OIDC
    SECRETS = ("client_secret",)

    issuer = url("Issuer", "Exactly as the provider writes it, such as https://acme.okta.com.", required=True)
    client_id = text("Client id", required=True)
    client_secret = secret("Client secret", "A public client has none.")
    scopes = text("Scopes", "Divided by spaces, with openid among them.", required=True, initial="openid email profile")
    asks_userinfo = forms.BooleanField(
        label="Ask the userinfo endpoint, too",
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Some providers tell names and groups there only.",
    )

    app_client_ids = _app_client_ids()

    def clean_issuer(self) -> str:
        issuer: str = self.cleaned_data["issuer"]
        if "/.well-known/" in issuer:
            raise forms.ValidationError("Leave out /.well-known/… and what follows.")
        if "{" in issuer or "/common" in issuer or "/organizations" in issuer:
            raise forms.ValidationError("Give your own tenant's issuer, with its id in the place of “common”.")
        return issuer

    def clean_scopes(self) -> str:
        scopes: str = self.cleaned_data["scopes"]
        if not _SCOPES.fullmatch(scopes) or "openid" not in scopes.split():
            raise forms.ValidationError("Give words divided by single spaces, openid among them.")
        return scopes


class CognitoForm(ProviderForm):
    kind = ProviderKind.COGNITO
    SECRETS = ("client_secret",)

    user_pool_id = text("User pool id", "Such as eu-central-1_a1B2c3D4e.", required=True)
    client_id = text("App client id", "Of an app client with the authorization code grant.", required=True)
    client_secret = secret("App client secret", "An app client without one is fine.")
    app_client_ids = _app_client_ids()

    def clean_user_pool_id(self) -> str:
        pool: str = self.cleaned_data["user_pool_id"]
        if not _POOL.fullmatch(pool):
            raise forms.ValidationError("A user pool id is a Region, “_” and letters, such as eu-central-1_a1B2c3D4e.")
        return pool


class GoogleForm(ProviderForm):
    kind = ProviderKind.GOOGLE
    SECRETS = NEEDED = ("client_secret",)

    client_id = text("Client id", "It ends in .apps.googleusercontent.com.", required=True)
    client_secret = secret("Client secret")
    workspace = text("Workspace domain", "Such as acme.example: only its people come in. Empty: anybody with Google.")
    app_client_ids = _app_client_ids()

    def clean_workspace(self) -> str:
        workspace: str = self.cleaned_data["workspace"].lower()
        if workspace and not _HOST.fullmatch(workspace):
            raise forms.ValidationError("A domain looks like acme.example.")
        return workspace


class AppleForm(ProviderForm):
    kind = ProviderKind.APPLE
    SECRETS = NEEDED = ("private_key",)

    client_id = text("Services ID", "Such as com.acme.portal.", required=True)
    team_id = text("Team ID", "Ten letters and digits.", required=True)
    key_id = text("Key ID", "Of the key for Sign in with Apple.", required=True)
    app_client_ids = _app_client_ids()
    private_key = long_text(
        "Private key", "The file AuthKey_….p8. Kept encrypted, and never shown again. Empty: as it is.", rows=6
    )

    def clean_private_key(self) -> str:
        pem: str = self.cleaned_data["private_key"]
        try:
            key: Any = load_pem_private_key(pem.encode(), password=None) if pem else None
        except (ValueError, TypeError) as error:
            raise forms.ValidationError("This is no private key in PEM (-----BEGIN PRIVATE KEY-----).") from error
        if pem and not (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)):
            raise forms.ValidationError("Apple's keys are on the curve P-256; this one is of another kind.")
        return pem


class FacebookForm(ProviderForm):
    kind = ProviderKind.FACEBOOK
    SECRETS = NEEDED = ("client_secret",)

    client_id = text("App ID", required=True)
    client_secret = secret("App secret")


class AmazonForm(ProviderForm):
    kind = ProviderKind.AMAZON
    SECRETS = NEEDED = ("client_secret",)

    client_id = text("Client ID", "Of a security profile: amzn1.application-oa2-client.…", required=True)
    client_secret = secret("Client secret")
