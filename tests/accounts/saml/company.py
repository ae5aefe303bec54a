"""Acme's SAML provider, set up and switched on; and browsers on their way to it and back."""

from __future__ import annotations

import base64
import html
import re
import zlib
from dataclasses import dataclass
from functools import cache as once
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.utils import timezone
from lxml import etree

from accounts.models import User
from accounts.providers import add_provider, note_test, switch
from accounts.saml.keys import make_key_pair
from tenants.scope import scope
from tests.accounts.saml.idp import ENTITY, SLO, SSO, IdentityProvider, encode

if TYPE_CHECKING:
    from accounts.models import IdentityProvider as Provider
    from tenants.models import Tenant

SLUG = "staff"


@once
def _portals_keys() -> tuple[str, str]:
    return make_key_pair("portal", now=timezone.now())


def connect(tenant: Tenant, idp: IdentityProvider, *, on: bool = True, slug: str = SLUG, **changes: Any) -> Provider:
    private_key, certificate = _portals_keys()
    settings: dict[str, Any] = {
        "entity_id": ENTITY,
        "sso_url": SSO,
        "slo_url": SLO,
        "certificates": [idp.keys.certificate],
        "certificate": certificate,
        **changes,
    }
    settings["certificates"] = [one.strip() for one in settings["certificates"]]
    with scope(tenant):
        secrets = {"private_key": private_key}
        provider = add_provider(tenant, kind="saml", slug=slug, name="Staff", settings=settings, secrets=secrets)
        if on:
            note_test(provider, now=timezone.now())
            switch(provider, on=True)
        return provider


@dataclass
class Visit:
    """A browser at a tenant, on its way to the provider. What is asked of respond() is honest unless told otherwise."""

    tenant: Tenant
    idp: IdentityProvider
    browser: Client
    relay_state: str = ""
    request_id: str = ""

    @property
    def host(self) -> str:
        return f"http://{self.tenant.slug}.localhost"

    @property
    def wishes(self) -> dict[str, str]:
        acs, audience = (f"{self.host}/account/saml/{SLUG}/{name}/" for name in ("acs", "metadata"))
        return {"acs": acs, "audience": audience, "request_id": self.request_id}

    def respond(self, **changes: Any) -> Any:
        return self.idp.respond(**self.wishes | changes)

    def bring(self, response: Any, *, relay_state: str | None = None) -> Any:
        """Post a response as another site's form does, without cookies, and go on to where that leads."""
        posted = {
            "SAMLResponse": response if isinstance(response, str) else encode(response),
            "RelayState": self.relay_state if relay_state is None else relay_state,
        }
        answer = Client(SERVER_NAME=f"{self.tenant.slug}.localhost").post(f"/account/saml/{SLUG}/acs/", posted)
        return self.browser.get(answer["Location"]) if answer.status_code == 303 else answer


def departing(tenant: Tenant, idp: IdentityProvider, browser: Client | None = None, **entries: str) -> Visit:
    """Press the provider's button on the sign-in page."""
    browser = browser or Client(SERVER_NAME=f"{tenant.slug}.localhost")
    return departure_of(browser.post(f"/account/by/{SLUG}/", entries), tenant, idp, browser)


def departure_of(page: Any, tenant: Tenant, idp: IdentityProvider, browser: Client) -> Visit:
    """Read where a page leads that sends the browser to the provider."""
    query = parse_qs(urlsplit(led_to(page)).query)
    return Visit(tenant, idp, browser, query["RelayState"][0], unpacked(query["SAMLRequest"][0]).get("ID"))


def led_to(page: Any) -> str:
    """Where the page leads on to."""
    found = re.search(r'http-equiv="refresh" content="0; ?url=([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return html.unescape(found[1])


def unpacked(message: str) -> Any:
    return etree.fromstring(zlib.decompress(base64.b64decode(message), -15))


def is_in(browser: Client) -> bool:
    return browser.get("/account/sessions/").status_code == 200


def users(tenant: Tenant) -> dict[str, str]:
    """User names and e-mail addresses."""
    with scope(tenant):
        return dict(User.objects.filter(tenant=tenant).values_list("username", "email"))
