"""Pages of other origins may call the exchange when their tenant has named them, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenants.services import change_tenant
from tests.conftest import at, token_of

if TYPE_CHECKING:
    from django.test import Client

NAMED = "https://app.example"
OTHERS = [
    "http://app.example",
    "https://app.example:8443",
    "https://app.example.evil",
    "https://evilapp.example",
    "https://www.app.example",
    "https://app.example/",
    "https://APP.example",
    "null",
    "",
]


@pytest.fixture
def there(acme):
    change_tenant(acme, origins=[NAMED])
    return at(acme)


def preflight(client: Client, path: str, origin: str) -> Any:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return client.options(path, headers=asked | {"Access-Control-Request-Headers": "authorization"})


@pytest.mark.parametrize("path", ["/creds", "/api/v1/exchange"])
def test_a_named_origin_may_ask_and_read(there, path):
    asked = preflight(there, path, NAMED)
    assert asked.status_code == 200
    assert asked.content == b""
    assert asked["Access-Control-Allow-Methods"] == "GET, OPTIONS, POST"
    assert "authorization" in asked["Access-Control-Allow-Headers"]
    for answer in (asked, there.post(path, headers={"Origin": NAMED})):
        assert answer["Access-Control-Allow-Origin"] == NAMED
        assert answer["Access-Control-Allow-Credentials"] == "true"
        assert "origin" in answer["Vary"]


@pytest.mark.parametrize("origin", OTHERS)
@pytest.mark.parametrize("path", ["/creds", "/api/v1/exchange"])
def test_no_other_origin_may(there, path, origin):
    for answer in (preflight(there, path, origin), there.post(path, headers={"Origin": origin})):
        assert not [header for header in answer.headers if header.lower().startswith("access-control-allow")]


def test_an_origin_of_one_tenant_is_none_of_another(there, globex):
    assert "Access-Control-Allow-Origin" not in preflight(at(globex), "/creds", NAMED).headers
    assert "Access-Control-Allow-Origin" not in preflight(at(None), "/creds", NAMED).headers


@pytest.mark.parametrize("path", ["/", "/account/login/", "/chat/", "/admin/", "/api/schema"])
def test_pages_are_for_nobody_elses_scripts(there, path):
    assert "Access-Control-Allow-Origin" not in there.get(path, headers={"Origin": NAMED}).headers


def test_a_session_is_no_proof_for_a_page_of_elsewhere(alice):
    change_tenant(alice.tenant, origins=[NAMED])
    browser = at(alice.tenant, alice)
    for origin in [*OTHERS, None]:
        headers = {} if origin is None else {"Origin": origin}
        answer = browser.post("/creds", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "unknown_origin")


def test_a_token_needs_no_origin(alice):
    """Programs send none; what stops this one is only that the tenant is not linked to AWS."""
    headers = {"Authorization": f"Bearer {token_of(alice).reveal()}"}
    assert at(alice.tenant).post("/creds", headers=headers).json()["code"] == "aws_refused"
