"""/api/schema describes the API truly, and /api/docs shows it without a script of anybody else's."""

from __future__ import annotations

import re

import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.validation import validate_schema

from tests.conftest import at


@pytest.fixture
def schema(acme):
    return yaml.safe_load(at(acme).get("/api/schema").content)


def test_the_schema_is_valid_and_nothing_in_it_is_guessed(schema, capsys):
    validate_schema(schema)
    call_command("spectacular", "--validate", "--fail-on-warn")


@pytest.mark.parametrize("path", ["/api/v1/exchange", "/creds"])
def test_each_no_is_described(schema, path):
    answers = schema["paths"][path]["post"]["responses"]
    for status in ("400", "401", "403", "404", "405", "411", "413", "415", "429", "502", "503"):
        assert list(answers[status]["content"]) == ["application/problem+json"]
    assert schema["paths"][path]["post"]["security"] == [{"session": []}, {"token": []}, {}]


def test_the_page_runs_under_our_own_policy(acme):
    page = at(acme).get("/api/docs")
    markup = page.content.decode()
    assert "<style" not in markup
    assert not re.findall(r"<script(?! src)", markup)
    sources = re.findall(r'(?:src|href)="([^"]+)"', markup)
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    script = at(acme).get(next(source for source in sources if "script" in source))
    assert script["Content-Type"].startswith("application/javascript")
    assert b'url: "/api/schema"' in script.content
