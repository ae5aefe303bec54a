"""How somebody comes in by an OpenID provider, one step at a time."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import IdentityProvider, User
from accounts.providers import add_provider, note_test, switch
from tenants.scope import scope, unscoped
from tests.servers.openid import CLIENT, SECRET

if TYPE_CHECKING:
    from django.test import Client

    from tenants.models import Tenant
    from tests.servers.openid import OpenIDProvider

CALLBACK = "/account/oidc/staff/callback/"


def settings_of(issuer: OpenIDProvider, **changes: Any) -> dict[str, Any]:
    usual = {"issuer": issuer.url, "client_id": CLIENT, "scopes": "openid email profile", "asks_userinfo": False}
    return usual | changes


def provided(tenant: Tenant, issuer: OpenIDProvider, slug: str = "staff", **rest: Any) -> IdentityProvider:
    """A way in by this issuer, tested and switched on."""
    usual = {"kind": "oidc", "settings": settings_of(issuer), "secrets": {"client_secret": SECRET}}
    with scope(tenant):
        provider = add_provider(tenant, slug=slug, name="Acme staff", **usual | rest)
        note_test(provider, now=timezone.now())
        switch(provider, on=True)
    return provider


def leave(browser: Client, path: str = "/account/by/staff/", **form: str) -> str:
    """Press the button; return where the page leads."""
    answer = browser.post(path, form)
    assert answer.status_code == 200, answer.content.decode()
    found = re.search(r'content="0; url=([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return html.unescape(found[1])


def come_back(browser: Client, issuer: OpenIDProvider, url: str, **changes: str) -> Any:
    """Sign in at the provider, and bring its answer to the portal."""
    return browser.get(CALLBACK, issuer.authorize(url) | changes)


def visit(browser: Client, issuer: OpenIDProvider, **form: str) -> Any:
    return come_back(browser, issuer, leave(browser, **form))


def somebody(browser: Client) -> str | None:
    """Return the user name of whoever is signed in with this browser."""
    user_id = browser.session.get("_auth_user_id")
    with unscoped():
        return User.objects.get(pk=user_id).username if user_id else None


def names(tenant: Tenant) -> set[str]:
    with scope(tenant):
        return set(User.objects.filter(tenant=tenant).values_list("username", flat=True))
