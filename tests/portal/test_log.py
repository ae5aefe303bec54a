"""The log is one JSON object a line, tells what happened, and holds no secret."""

from __future__ import annotations

import json
import logging
import re

import pytest
import structlog
from django.core import mail

from portal.logging import drop_secrets
from tenants.refusal import Secret
from tests.conftest import PASSWORD, at, token_of


@pytest.fixture
def lines(caplog):
    """Return a function that gives the lines written so far, as the handler writes them."""
    handler = logging.getLogger().handlers[0]
    caplog.set_level("DEBUG")
    return lambda: [handler.format(record) for record in caplog.records]


def test_a_request_is_one_line_of_json(acme, lines):
    at(acme).get("/account/login/", headers={"X-Request-Id": "request-17", "Host": "acme.localhost"})
    events = [json.loads(line) for line in lines()]
    told = [event for event in events if event["event"] == "request"]
    assert len(told) == 1
    assert told[0]["request_id"] == "request-17"
    assert told[0] | {"method": "GET", "host": "acme.localhost", "path": "/account/login/", "status": 200} == told[0]


def test_nothing_secret_is_written(alice, lines):
    token = token_of(alice).reveal()
    browser = at(alice.tenant, alice)
    at(alice.tenant).post("/account/login/", {"login": "alice", "password": "wrong-word-17"})
    for sent in (token, f"{token[:-1]}x"):
        at(alice.tenant).post("/creds", headers={"Authorization": f"Bearer {sent}"})
        body = {"proof": {"kind": "token", "value": sent}}
        at(alice.tenant).post("/api/v1/exchange", body, "application/json")

    written = "\n".join(lines())
    assert '"event": "request"' in written
    for secret in (PASSWORD, "wrong-word-17", token, token[:-1], browser.cookies["session"].value):
        assert secret not in written


def test_a_mailed_key_is_not_written(alice, lines):
    at(alice.tenant).post("/account/password/reset/", {"email": alice.email})
    link = re.search(r"http://\S+/key/(\S+)/", str(mail.outbox[0].body))
    assert link is not None
    at(alice.tenant).get(f"/account/password/reset/key/{link[1]}/")
    at(alice.tenant).get(f"/account/password/reset/key/{link[1]}")
    at(alice.tenant).get(f"/account/password/reset/key/{link[1]}/", headers={"Host": "nobody.localhost"})

    written = "\n".join(lines())
    assert '"path": "/account/password/reset/key/' in written
    assert link[1].partition("-")[2] not in written


def test_a_strangers_nonsense_is_no_error_of_ours(acme, caplog):
    at(acme).get("/", headers={"Host": "bad host"})
    at(acme).get("/nowhere")
    assert {record.levelname for record in caplog.records} == {"INFO"}


@pytest.mark.parametrize(
    "name", ["password", "new_password", "api_token", "SecretAccessKey", "Set-Cookie", "authorization"]
)
def test_what_is_named_like_a_secret_is_dropped(name):
    assert drop_secrets(structlog.get_logger(), "info", {name: "x", "user": "alice"}) == {name: "***", "user": "alice"}


def test_a_secret_prints_as_stars():
    secret = Secret("opens-everything")
    assert {str(secret), repr(secret), f"{secret}", f"{secret:>3}"} == {"***"}
    assert secret.reveal() == "opens-everything"
