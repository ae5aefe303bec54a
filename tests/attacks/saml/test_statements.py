"""What a response says has to be for us and for now; each lie stands beside its honest twin."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts.saml.company import connect
from tests.accounts.saml.idp import at, restrict
from tests.attacks.saml.verdicts import assert_let_in, assert_refused

ELSEWHERE = "http://globex.localhost/account/saml/staff/acs/"
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no audience": ({"restriction": ""}, "no Audience"),
    "another audience": ({"audience": "https://another.example/"}, "Its Audience is"),
    "another audience beside": ({"restriction": restrict("https://one.example/") * 2}, "Its Audience is"),
    "another recipient": ({"recipient": ELSEWHERE}, "Its Recipient is"),
    "a recipient that goes on": ({"recipient": "http://acme.localhost/account/saml/staff/acs/more"}, "Recipient"),
    "another destination": ({"destination": ELSEWHERE}, "Its Destination is"),
    "a destination that goes on": ({"destination": "http://acme.localhost/account/saml/staff/acs/more"}, "Destination"),
    "another issuer": ({"issuer": "https://evil.example/"}, "Its Issuer is"),
    "another issuer of the response": ({"response_issuer": "https://evil.example/"}, "Its Issuer is"),
    "another issuer of the assertion": ({"issuer": "https://evil.example/", "response_issuer": None}, "Its Issuer is"),
    "expired": ({"ends": at(-61)}, "expired"),
    "expired for whoever brings it": ({"confirmed_until": at(-61)}, "expired"),
    "old, however long it says it is good": ({"issued": at(-3700), "ends": at(90_000)}, "expired"),
    "not yet valid": ({"begins": at(3_600)}, "good only in"),
    "issued tomorrow": ({"issued": at(86_400)}, "good only in"),
    "a failure": ({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, "says no: Responder"),
    "an answer to another request": ({"request_id": "_another"}, ""),
    "asked in the response, not in the assertion": ({"confirmed": ""}, "different requests"),
    "asked in the assertion, not in the response": ({"asked": ""}, "different requests"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_said_has_to_be_for_us_and_now(acme, idp, visit, what):
    connect(acme, idp)
    wishes, reason = WRONG[what]
    wishes = {name: idp.entity_id if value is None else value for name, value in wishes.items()}
    wrong, honest = visit(), visit()
    assert_refused(wrong, wrong.respond(**wishes), reason)
    assert_let_in(honest, honest.respond())


def test_a_clock_may_be_a_minute_off(acme, idp, visit):
    connect(acme, idp)
    for wishes in ({"begins": at(50), "issued": at(50)}, {"ends": at(-50)}):
        honest = visit()
        assert_let_in(honest, honest.respond(**wishes))
