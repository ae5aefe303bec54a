"""An app shows a user name and a password, where the tenant lets it."""

from __future__ import annotations

import pytest

from accounts import standing
from accounts.models import Kind
from exchange.throttles import PasswordThrottle
from tenants.models import MFA, Signup
from tenants.scope import scope
from tenants.services import change_tenant
from tests.accounts.factors.codes import set_up
from tests.conftest import PASSWORD, at, person
from tests.exchange.doors import assert_refused, by_body, credentials_in, speaks_as


@pytest.fixture
def taken(linked):
    return change_tenant(linked, password_proofs=True)


def shown(tenant, username, password=PASSWORD):
    return by_body(tenant, kind="password", username=username, value=password)


@pytest.mark.parametrize("name", ["alice", "ALICE", "alice@acme.example"])
def test_it_becomes_credentials_of_that_one_person(taken, alice, bob, at_aws, name):
    credentials = credentials_in(shown(taken, name))
    assert speaks_as(at_aws, taken, credentials, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, taken, credentials, str(bob.pk)).startswith("Access")


def test_passwords_are_off_unless_a_tenant_wants_them(linked, alice):
    assert_refused(shown(linked, "alice"), 403, "password_proofs_off")


def test_one_answer_for_everybody_who_does_not_get_in(taken, alice, carol):
    gone, robot = person(taken, "gone"), person(taken, "robot", kind=Kind.APP)
    with scope(taken):
        standing.disable(taken, [gone.pk])
    tries = [("alice", "wrong-word-1"), ("nobody", PASSWORD), ("gone", PASSWORD), ("carol", PASSWORD), ("alice", " ")]
    for name, password in [*tries, (robot.username, PASSWORD)]:
        assert_refused(shown(taken, name, password), 401, "wrong_password")


def test_a_second_factor_can_not_be_gone_round(taken, alice, bob):
    set_up(at(taken, alice))
    assert_refused(shown(taken, "alice"), 403, "second_factor_required")
    assert shown(taken, "bob").status_code == 200
    change_tenant(taken, mfa=MFA.ADMINS)
    assert_refused(shown(taken, "bob"), 403, "second_factor_required")


def test_an_address_must_be_confirmed_first(taken):
    change_tenant(taken, signup=Signup.OPEN)
    word = "a-long-word-1"
    form = {"username": "dave", "email": "dave@acme.example", "password1": word, "password2": word}
    at(taken).post("/account/signup/", form)
    assert_refused(shown(taken, "dave", word), 403, "address_unconfirmed")


def test_where_the_portal_has_no_passwords_of_its_own_they_count_for_nothing(taken, alice):
    change_tenant(taken, local_passwords=False)
    assert_refused(shown(taken, "alice"), 401, "wrong_password")


def test_guessing_comes_to_an_end_however_the_name_is_spelt(taken, alice, monkeypatch):
    monkeypatch.setattr(PasswordThrottle, "rate", "3/min", raising=False)
    for name in ("alice", "ALICE", " alice "):
        assert shown(taken, name, "wrong-word-1").status_code == 401
    answer = shown(taken, "Alice")
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert int(answer["Retry-After"]) >= 1


@pytest.mark.parametrize(
    "proof",
    [
        {"kind": "password", "value": PASSWORD},
        {"kind": "password", "value": PASSWORD, "username": ""},
        {"kind": "password", "value": PASSWORD, "username": "a" * 255},
        {"kind": "token", "value": "cip_x", "username": "alice"},
    ],
)
def test_nonsense_is_named(taken, proof):
    answer = by_body(taken, **proof)
    assert answer.status_code == 400
    assert "username" in answer.content.decode()
