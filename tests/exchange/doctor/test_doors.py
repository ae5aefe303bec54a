"""The doctor by command and by HTTP: for admins of the tenant, and nobody else."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import at, token_of
from tests.exchange.doctor.patients import spoil_trust


def run(*arguments):
    out = io.StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_the_command(linked, known, role, at_aws):
    said, error = run("acme", "--user", "alice", "--isolation")
    assert error == ""
    assert "ok  session: AWS gives credentials" in said
    assert "ok  must not: list channels as another user: AWS refused it" in said
    spoil_trust(at_aws, role, lambda trust: trust.update(Action=["sts:AssumeRole"]))
    said, error = run("acme")
    assert "NO  trust policy: It does not allow sts:TagSession." in said
    assert "is not well" in error or "are not well" in error


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nobody",), "no tenant “nobody”"),
        (("acme", "--user", "nobody"), "no user “nobody”"),
        (("acme", "--user", "carol"), "no user “carol”"),
        (("acme", "--isolation"), "Name somebody with --user"),
    ],
)
def test_mistakes_at_the_command_are_told(linked, carol, arguments, told):
    assert told in run(*arguments)[1]


def ask(tenant, value, **body):
    headers = {"Authorization": f"Bearer {value}"}
    return at(tenant).post("/api/v1/checkup", json.dumps(body), content_type="application/json", headers=headers)


def test_an_admins_program(linked, known, bob):
    body = ask(linked, token_of(bob).reveal(), user="alice", isolation=True).json()
    assert body["is_well"] is True
    assert {"about", "is_well", "sentence", "paste"} == set(body["findings"][0])
    assert any(one["about"] == "must not: list channels as another user" for one in body["findings"])


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("alice", {}, 403, "admins_only"),
        ("bob", {"user": "carol"}, 404, "no_such_user"),
        ("bob", {"user": "nobody"}, 404, "no_such_user"),
        ("bob", {"isolation": True}, 400, "invalid_request"),
        ("bob", {"usr": "alice"}, 400, "invalid_request"),
    ],
)
def test_who_may_not_and_what_can_not_be(linked, alice, bob, carol, who, body, status, code):
    answer = ask(linked, token_of({"alice": alice, "bob": bob}[who]).reveal(), **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_nobody_and_other_tenants_are_refused(linked, globex, bob):
    assert at(linked).post("/api/v1/checkup", "{}", content_type="application/json").status_code == 403
    assert ask(globex, token_of(bob).reveal()).status_code == 401


def test_a_browsers_session_shows_its_csrf_token(linked, bob):
    browser = at(linked, bob)
    browser.handler.enforce_csrf_checks = True
    answer = browser.post("/api/v1/checkup", "{}", content_type="application/json")
    assert answer.json()["code"] == "csrf_failed"
