"""What every answer carries, whoever asked and whatever came of it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.conftest import at

EVERYWHERE = ["/", "/account/login/", "/nowhere", "/creds", "/api/nowhere", "/chat/", "/api/schema", "/api/docs"]


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("host", ["acme.localhost", "nobody.localhost", "bad host"])
def test_browsers_are_told_to_be_careful(acme, host, path):
    answer = Client(SERVER_NAME=host).get(path)
    policy = answer["Content-Security-Policy"]
    for directive in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_callers_request_id_is_taken_over(acme):
    assert at(acme).get("/", headers={"X-Request-Id": "build-17.step_2"})["X-Request-Id"] == "build-17.step_2"


@pytest.mark.parametrize(
    "evil", ["", "short", "x" * 65, "line\nbreak-line", 'quo"te-quote', "ü-umlaut-umlaut", "../../etc"]
)
def test_an_evil_request_id_is_replaced(acme, evil):
    given = at(acme).get("/", headers={"X-Request-Id": evil})["X-Request-Id"]
    assert given != evil
    assert len(given) == 32


def test_requests_without_an_id_get_one_each(acme):
    assert at(acme).get("/")["X-Request-Id"] != at(acme).get("/")["X-Request-Id"]


def test_cookies_are_kept_from_scripts_and_other_sites(alice):
    session = at(alice.tenant, alice).cookies["session"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert session["domain"] == ""
