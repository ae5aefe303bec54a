"""An app at an OpenID provider, by a client of another's making: npm's certified openid-client."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.test import Client

from accounts.clients import ClientFacts, add_client
from tenants.scope import scope
from tests.conftest import PASSWORD

if TYPE_CHECKING:
    from accounts.models import ClientRegistration, User
    from tenants.models import Tenant

CALLBACK = "https://app.acme.example/callback"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_NODE = ["sh", "deploy/install/node.sh", "node", "tests/accounts/clients/relying_party.mjs"]


@dataclass
class RelyingParty:
    issuer: str
    client_id: str
    secret: str = ""

    def step(self, step: str, **given: Any) -> dict[str, Any]:
        told = {"issuer": self.issuer, "clientId": self.client_id, "secret": self.secret, "step": step, **given}
        done = subprocess.run([*_NODE, json.dumps(told)], capture_output=True, text=True, check=True, timeout=30)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


def register(tenant: Tenant, **changes: Any) -> tuple[ClientRegistration, str]:
    """Register a client that may do nearly everything; return it with its secret."""
    usual: dict[str, Any] = {
        "name": "The app",
        "confidential": True,
        "grants": ["authorization_code", "refresh_token", "client_credentials", EXCHANGE],
        "redirect_uris": [CALLBACK],
        "scopes": ["openid", "profile", "email", "chime"],
        "targets": [],
    }
    with scope(tenant):
        registration, secret = add_client(tenant, ClientFacts(**(usual | changes)))
    return registration, secret.reveal()


def browser(origin: str, user: User) -> Client:
    """A browser at a served portal, signed in."""
    visitor = Client(HTTP_HOST=urlsplit(origin).netloc)
    answer = visitor.post("/account/login/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return visitor


def consent(visitor: Client, url: str, action: str = "grant") -> str:
    """Follow an app's link to the consent page and answer it; return where the browser is led."""
    asked = urlsplit(url)
    page = visitor.get(f"{asked.path}?{asked.query}")
    if page.status_code == 302:
        return str(page["Location"])
    assert page.status_code == 200, page.content
    form = page.context["form"]
    entries = {"request": form.initial["request"], "scopes": form.initial.get("scopes") or [], "action": action}
    entries["scopes"] = [value for value, _ in form.fields["scopes"].choices]
    answer = visitor.post("/oauth/authorize", entries)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def signed_in(app: RelyingParty, visitor: Client, requested: str = "openid profile email chime") -> dict[str, Any]:
    """The whole code flow: tokens, the id_token's claims and the user's information."""
    asked = app.step("authorize", redirectUri=CALLBACK, scope=requested)
    back = consent(visitor, asked["url"])
    return app.step("callback", url=back, **{name: asked[name] for name in ("verifier", "state", "nonce")})
