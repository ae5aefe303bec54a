"""Whatever is sent, the answer is a clear no in the form the caller reads, and nothing is written."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from exchange.models import Issuance
from tenants.models import Tenant
from tenants.scope import unscoped
from tests.conftest import at, token_of
from tests.servers import Web

if TYPE_CHECKING:
    from collections.abc import Iterator

EXCHANGE = "/api/v1/exchange"
NOT_JSON = {
    "half an object": b"{",
    "no text": b"\xff\xfe",
    "nested deeply": b"[" * 50_000 + b"]" * 50_000,
    "NUL": b'{"proof": {"kind": "a\\u0000"}}',
    "NUL in a name": b'{"a\\u0000": 1}',
    "lone surrogate": b'{"proof": {"kind": "\\ud800"}}',
    "NaN": b'{"duration_seconds": NaN}',
    "endless number": b'{"duration_seconds": ' + b"9" * 5_000 + b"}",
}
NOT_A_WISH = {
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "unknown field": b'{"duration": 900}',
    "too short": b'{"duration_seconds": 899}',
    "infinite": b'{"duration_seconds": 1e999}',
    "proof of no kind": b'{"proof": {}}',
    "unknown kind": b'{"proof": {"kind": "oracle", "value": "x"}}',
}


@pytest.fixture
def app(alice) -> Iterator[Client]:
    """An app with alice's token; when the test is over, nothing has come of its bad input."""
    client = at(alice.tenant)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token_of(alice).reveal()}"
    yield client
    with unscoped():
        assert not Issuance.objects.exists()


def check_problem(answer, status, code) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert problem["detail"]
    assert answer["Cache-Control"] == "no-store"


def check_page(answer, status) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert b"<h1" in answer.content


@pytest.mark.parametrize("sent", NOT_JSON)
def test_what_is_not_json_is_refused(app, sent):
    check_problem(app.generic("POST", EXCHANGE, NOT_JSON[sent], "application/json"), 400, "parse_error")


@pytest.mark.parametrize("sent", NOT_A_WISH)
def test_what_is_no_wish_is_refused(app, sent):
    check_problem(app.generic("POST", EXCHANGE, NOT_A_WISH[sent], "application/json"), 400, "invalid_request")


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_other_content_types_are_refused(app, kind):
    check_problem(app.generic("POST", EXCHANGE, b"{}", kind), 415, "unsupported_media_type")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", [EXCHANGE, "/creds"])
def test_other_methods_are_refused(app, method, path):
    answer = app.generic(method, path)
    check_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize("path", [EXCHANGE, "/creds", "/api/nowhere"])
def test_a_large_body_is_refused_before_it_is_read(app, path):
    check_problem(app.generic("POST", path, b"x" * 1_000_000, "application/json"), 413, "body_too_large")


@pytest.mark.parametrize("length", ["9" * 5_000, "-1", "many"])
def test_a_length_that_is_none_is_refused(app, length):
    check_problem(app.post(EXCHANGE, CONTENT_LENGTH=length), 413, "body_too_large")


def test_people_read_a_page(acme):
    check_page(at(acme).generic("POST", "/account/login/", b"x" * 1_000_000, "text/plain"), 413)
    check_page(at(acme).get("/nowhere"), 404)
    check_page(Client(SERVER_NAME="nobody.localhost").get("/"), 404)
    check_page(Client(SERVER_NAME="bad host").get("/"), 400)


@pytest.mark.parametrize("path", [EXCHANGE, "/creds"])
def test_nobody_lives_at_other_hosts(acme, path):
    for host in ("nobody.localhost", "acme.localhost.evil", "evil-acme.localhost", "www.acme.localhost"):
        check_problem(Client(SERVER_NAME=host).post(path), 404, "unknown_tenant")
    for host in ("acme.localhost/", "acme localhost", "acme.localhost:port", "<script>"):
        check_problem(Client().post(path, headers={"Host": host}), 400, "bad_request")


def test_a_closed_tenant_is_as_unknown(alice):
    Tenant.objects.update(is_active=False)
    check_problem(at(alice.tenant).post(EXCHANGE), 404, "unknown_tenant")


def test_the_operators_host_has_no_chat(db):
    check_problem(at(None).post("/creds"), 404, "no_tenant")


def test_a_form_with_nul_is_shown_again(acme):
    answer = at(acme).post("/account/login/", {"login": "al\x00ice", "password": "x"})
    check_page(answer, 200)
    assert "Null characters are not allowed" in answer.content.decode()


@pytest.mark.parametrize("path", ["/%00", "/%ff", "/creds?%00", "/admin/accounts/user/%00/change/"])
def test_odd_addresses_are_answered(acme, path):
    assert at(acme).get(path).status_code in {302, 404, 405}


def test_a_body_without_a_length_is_not_taken_for_an_empty_one(tmp_path):
    """A real server, because the test client always sends a length."""
    with Web({"DATA_DIR": str(tmp_path)}) as web:
        connection = http.client.HTTPConnection("127.0.0.1", web.port)
        connection.request("POST", "/creds", iter([b"{}"]), {"Host": "acme.localhost"}, encode_chunked=True)
        answer = connection.getresponse()
        assert answer.status == 411
        assert b"length_required" in answer.read()
        connection.close()
