"""Which form belongs to which kind of provider, and what its admin must tell the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import kinds
from accounts.browser import openid, saml
from accounts.models import ProviderKind
from accounts.set_up.directory import DirectoryForm
from accounts.set_up.openid import AmazonForm, AppleForm, CognitoForm, FacebookForm, GoogleForm, OpenIDForm
from accounts.set_up.saml import SAMLForm
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import IdentityProvider
    from accounts.set_up.form import ProviderForm

FORMS: dict[str, type[ProviderForm]] = {
    ProviderKind.LDAP: DirectoryForm,
    ProviderKind.SAML: SAMLForm,
    ProviderKind.OIDC: OpenIDForm,
    ProviderKind.COGNITO: CognitoForm,
    ProviderKind.GOOGLE: GoogleForm,
    ProviderKind.APPLE: AppleForm,
    ProviderKind.FACEBOOK: FacebookForm,
    ProviderKind.AMAZON: AmazonForm,
}


def choices() -> list[tuple[str, str]]:
    """Each kind and its name, in the order in which they are offered."""
    return [(kind, ProviderKind(kind).label) for kind in FORMS]


def facts(request: HttpRequest, provider: IdentityProvider) -> list[tuple[str, str]]:
    """What the provider has to be told of the portal, each under its name in the field; at the tenant's host only."""
    if current_tenant() is None:
        return []
    if provider.kind == ProviderKind.SAML:
        return saml.facts(request, provider)
    return openid.facts(request, provider) if kinds.goes_by_browser(provider) else []


def attention(provider: IdentityProvider) -> str:
    """What its admin should see to before people notice."""
    return " ".join(saml.warnings(provider)) if provider.kind == ProviderKind.SAML else ""
