"""The forms in which an admin sets providers up, filled in."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from accounts.models import IdentityProvider
from tenants.scope import scope, unscoped
from tests.accounts.openid.visits import come_back, leave
from tests.admin.pages import complaints
from tests.servers.openid import CLIENT, SECRET, ec_key

PAGES = "/admin/accounts/identityprovider/"
COMMON = {
    "name": "Acme staff",
    "slug": "staff",
    "position": "1",
    "creates_users": "on",
    "updates_users": "on",
    "default_role": "member",
}


def pem_of(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


KINDS = {
    "oidc": {
        "issuer": "https://login.acme.example",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "scopes": "openid email",
        "asks_userinfo": "on",
    },
    "cognito": {"user_pool_id": "eu-central-1_a1B2c3D4e", "client_id": CLIENT, "client_secret": SECRET},
    "google": {"client_id": CLIENT, "client_secret": SECRET, "workspace": "acme.example"},
    "apple": {"client_id": "com.acme", "team_id": "T", "key_id": "K", "private_key": pem_of(ec_key())},
    "facebook": {"client_id": "4711", "client_secret": SECRET},
    "amazon": {"client_id": CLIENT, "client_secret": SECRET},
}


def entries(kind: str, **changes: str) -> dict[str, str]:
    return COMMON | KINDS[kind] | changes


def add(browser, kind="oidc", **changes) -> str:
    answer = browser.post(f"{PAGES}add/?kind={kind}", entries(kind, **changes))
    assert answer.status_code == 302, complaints(answer)
    with unscoped():
        return f"{PAGES}{IdentityProvider.objects.get().pk}/"


def made(tenant) -> IdentityProvider:
    with scope(tenant):
        return IdentityProvider.objects.get(tenant=tenant)


def attempt(browser, issuer, place: str, **changes: str):
    """Press the button, sign in there, come back; return what the page shows."""
    answer = come_back(browser, issuer, leave(browser, f"{place}test/"), **changes)
    return browser.get(answer["Location"]).content.decode()
