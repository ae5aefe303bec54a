from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.conftest import at, person

if TYPE_CHECKING:
    from django.http import HttpResponseBase

pytestmark = pytest.mark.django_db


def configuration(markup: bytes) -> dict[str, str]:
    found = re.search(r'<script id="configuration" type="application/json">(.*?)</script>', markup.decode())
    assert found
    return dict(json.loads(found[1]))


def policy(answer: HttpResponseBase) -> dict[str, list[str]]:
    directives = (directive.split() for directive in answer["Content-Security-Policy"].split("; "))
    return {name: sources for name, *sources in directives}


def test_a_stranger_signs_in_first_and_comes_back(acme):
    answer = at(acme).get("/chat/")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=/chat/"


def test_the_page_says_where_credentials_are_and_who_is_signed_in(alice, acme):
    answer = at(acme, alice).get("/chat/")
    assert configuration(answer.content)["exchange"] == "/api/v1/exchange"
    assert configuration(answer.content)["csrfToken"]
    assert "Alice Ångström" in answer.content.decode()
    assert 'data-sign-in="/account/login/?next=/chat/"' in answer.content.decode()


def test_the_script_reaches_the_tenants_chime_and_nothing_else(alice, linked, localaws):
    answer = at(linked, alice).get("/chat/")
    assert policy(answer)["connect-src"] == ["'self'", localaws.url]


def test_a_tenant_not_linked_yet_has_the_page_all_the_same(alice, acme):
    answer = at(acme, alice).get("/chat/")
    assert answer.status_code == 200
    assert policy(answer)["connect-src"] == ["'self'"]


def test_nothing_on_the_page_runs_or_looks_from_inside_the_markup(alice, acme):
    answer = at(acme, alice).get("/chat/")
    markup = answer.content.decode()
    assert policy(answer)["default-src"] == ["'self'"]
    assert not re.search(r"\son\w+=|\sstyle=|<style", markup)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", markup))


def test_the_page_is_kept_by_no_cache(alice, acme):
    assert "no-store" in at(acme, alice).get("/chat/")["Cache-Control"]


def test_an_operator_has_nobody_to_chat_with(root):
    assert at(None, root).get("/chat/").status_code == 404


def test_the_page_is_for_reading(alice, acme):
    assert at(acme, alice).post("/chat/").status_code == 405


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "🚀 ليلى", "x" * 100])
def test_any_display_name_is_only_text(acme, name):
    markup = at(acme, person(acme, "dora", display_name=name)).get("/chat/").content.decode()
    assert "<script>alert" not in markup
    assert name.replace("<", "&lt;").replace(">", "&gt;") in markup
