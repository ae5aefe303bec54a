"""Every proof, by every way to AWS, at every door that takes it: used as oneself, denied as another; and its twin.

The twin is the same request with a proof that is spoilt in one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from accounts import standing
from accounts.tokens import revoke_token
from exchange.models import Issuance, Rule
from exchange.services import set_rule
from exchange.token_request import ACCESS_TOKEN
from tenants.scope import scope
from tenants.services import change_tenant
from tests.accounts.openid.visits import provided, settings_of
from tests.accounts.saml.company import Visit, connect
from tests.accounts.saml.idp import IdentityProvider, encode, make_keys
from tests.conftest import PASSWORD, at, token_of
from tests.exchange.doors import by_bearer, by_body, by_sample, by_sdk, credentials_in, speaks_as
from tests.exchange.oauth.relying_party import EXCHANGE, register
from tests.servers.openid import OpenIDProvider

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from tenants.models import Tenant

APP = "an-app-of-acmes"


@dataclass
class Bearer:
    """How to show something at each door, and how to spoil it for its twin."""

    show: Callable[[], Any]
    spoil: Callable[[], Any]


def session(tenant: Tenant, alice: User, door: Callable[..., Any], **_: Any) -> Bearer:
    browser = at(tenant, alice)
    headers = {"Origin": f"http://{tenant.slug}.localhost"}
    path, body = ("/creds", {}) if door is by_sample else ("/api/v1/exchange", {"data": "{}"})
    return Bearer(
        lambda: browser.post(path, content_type="application/json", headers=headers, **body),
        lambda: scoped(tenant, lambda: standing.disable(tenant, [alice.pk])),
    )


def token(tenant: Tenant, alice: User, door: Callable[..., Any], **_: Any) -> Bearer:
    value = token_of(alice).reveal()
    return Bearer(
        lambda: door(tenant, value),
        lambda: scoped(tenant, lambda: [revoke_token(tenant, one.pk) for one in alice.tokens.all()]),
    )


def access_token(tenant: Tenant, alice: User, door: Callable[..., Any], **_: Any) -> Bearer:
    registration, secret = register(tenant)
    asked = {
        "grant_type": EXCHANGE,
        "client_id": registration.client_id,
        "client_secret": secret,
        "subject_token": token_of(alice).reveal(),
        "subject_token_type": ACCESS_TOKEN,
        "scope": "chime",
    }
    value = at(tenant).post("/oauth/token", asked).json()["access_token"]
    revoked = {"client_id": registration.client_id, "client_secret": secret, "token": value}
    return Bearer(lambda: door(tenant, value), lambda: at(tenant).post("/oauth/revoke", revoked))


def id_token(tenant: Tenant, alice: User, door: Callable[..., Any], *, issuer: OpenIDProvider, **_: Any) -> Bearer:
    provided(tenant, issuer, settings=settings_of(issuer, app_client_ids=APP))
    values = [issuer.sign(aud=APP)]
    return Bearer(lambda: door(tenant, values[-1]), lambda: values.append(issuer.sign(aud="another-app")))


def assertion(tenant: Tenant, alice: User, door: Callable[..., Any], *, idp: IdentityProvider, **_: Any) -> Bearer:
    connect(tenant, idp, allow_unsolicited=True)
    value = encode(Visit(tenant, idp, at(tenant)).respond())
    return Bearer(lambda: by_body(tenant, kind="assertion", value=value), lambda: None)  # It counts once.


def password(tenant: Tenant, alice: User, door: Callable[..., Any], **_: Any) -> Bearer:
    change_tenant(tenant, password_proofs=True)
    words = [PASSWORD]
    return Bearer(
        lambda: by_body(tenant, kind="password", username="alice", value=words[-1]),
        lambda: words.append("another-word-1"),
    )


def guest(tenant: Tenant, alice: User, door: Callable[..., Any], **_: Any) -> Bearer:
    change_tenant(tenant, guests=True)
    path, body = ("/creds", {}) if door is by_sample else ("/api/v1/exchange", {"data": "{}"})
    return Bearer(
        lambda: at(tenant).post(path, content_type="application/json", **body),
        lambda: change_tenant(tenant, guests=False),
    )


def by_value(tenant: Tenant, value: str) -> Any:
    """In the body, as what it is."""
    kind = {0: "token", 2: "id_token"}[value.count(".")]
    return by_body(tenant, kind=kind, value=value)


BEARERS = [by_bearer, by_sample, by_sdk]
CASES = [
    *((session, door) for door in (by_bearer, by_sample)),
    *((token, door) for door in (*BEARERS, by_value)),
    *((access_token, door) for door in BEARERS),
    *((id_token, door) for door in (*BEARERS, by_value)),
    (assertion, by_body),
    (password, by_body),
    *((guest, door) for door in (by_bearer, by_sample)),
]


def scoped(tenant: Tenant, act: Callable[[], Any]) -> Any:
    with scope(tenant):
        return act()


@pytest.fixture(scope="module")
def idp() -> IdentityProvider:
    return IdentityProvider(make_keys())


@pytest.fixture
def issuer(settings):
    settings.PRIVATE_PROVIDERS = True
    with OpenIDProvider() as provider:
        yield provider


@pytest.fixture
def ready(each_way):
    """Acme by one of the ways, for guests as for members."""
    with scope(each_way):
        role_arn = Rule.objects.get(profile="member").role_arn
        set_rule(each_way, profile="guest", role_arn=role_arn)
    return each_way


def whose(tenant: Tenant) -> str:
    with scope(tenant):
        return str(Issuance.objects.get().tags["UserUUID"])


@pytest.mark.parametrize(("proof", "door"), CASES, ids=[f"{proof.__name__}-{door.__name__}" for proof, door in CASES])
def test_it_becomes_credentials_of_one_person_and_its_twin_does_not(
    ready, alice, bob, at_aws, proof, door, issuer, idp
):
    bearer = proof(ready, alice, door, issuer=issuer, idp=idp)
    answer = bearer.show()
    if (ready.aws_link.way, proof) == ("cognito_enhanced", access_token):
        # The flow gives an hour or nothing, and an access token has lived for a moment already.
        assert (answer.status_code, answer.json()["code"]) == (401, "login_ends_soon")
        return
    credentials = credentials_in(answer)
    assert speaks_as(at_aws, ready, credentials, whose(ready)) == "ok"
    assert speaks_as(at_aws, ready, credentials, str(bob.pk)).startswith("Access")
    bearer.spoil()
    refused = bearer.show()
    assert refused.status_code in {401, 403}, refused.content
    assert "AccessKeyId" not in refused.content.decode()
    assert refused.json()["code"]
