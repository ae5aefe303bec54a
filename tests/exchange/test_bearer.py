from __future__ import annotations

import base64

import pytest

from exchange.bearer import bearer_token
from tenants.refusal import Refusal

TOKEN = "cip_0123abcd_" + "x" * 43


def encoded(text: str) -> str:
    return base64.b64encode(text.encode("latin-1")).decode()


@pytest.mark.parametrize(
    "header",
    [
        f"Bearer {TOKEN}",
        f"bearer   {TOKEN} ",
        f"Bearer {encoded(TOKEN)}",
        f"Bearer {encoded(TOKEN).rstrip('=')}",
        f"Bearer {base64.urlsafe_b64encode(TOKEN.encode()).decode()}",
    ],
)
def test_a_token_comes_raw_or_in_any_base64(header):
    assert bearer_token(header).reveal() == TOKEN


@pytest.mark.parametrize("text", ["{\n  defaultsTo: 'anonymousAccess',\n}\n", "{defaultsTo: 'anonymousAccess'}"])
def test_what_the_clients_of_the_sample_send_by_default_asks_for_a_guest(text):
    assert bearer_token(f"Bearer {encoded(text)}") is None
    assert bearer_token(f"Bearer {text}") is None


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer\t", TOKEN])
def test_a_broken_header_makes_nobody_a_guest(header):
    with pytest.raises(Refusal) as refusal:
        bearer_token(header)
    assert refusal.value.status == 401


def test_what_is_neither_is_taken_as_it_stands():
    assert bearer_token("Bearer not~a~token").reveal() == "not~a~token"
