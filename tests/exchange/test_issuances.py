"""What was given out is found in CloudTrail, exported, and forgotten when it has been kept long enough."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AppendOnly, Event
from exchange.models import Issuance
from exchange.tasks import forget_issuances
from tenants.scope import scope, unscoped
from tests.attacks.things import things_of
from tests.conftest import at, person, token_of
from tests.exchange.doors import by_bearer


def printed(*arguments):
    out = io.StringIO()
    call_command("issuances", *arguments, stdout=out)
    return out.getvalue()


def test_the_page_shows_the_query_of_cloudtrail(linked, alice, bob):
    body = by_bearer(linked, token_of(alice).reveal()).json()
    page = at(linked, bob).get(f"/admin/exchange/issuance/{body['exchange_id']}/change/").content.decode()
    key = body["credentials"]["AccessKeyId"]
    assert f"aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue={key}" in page


def test_an_admin_exports_what_is_chosen_and_nothing_of_others(linked, alice, bob, globex):
    exchange_id = by_bearer(linked, token_of(alice).reveal()).json()["exchange_id"]
    theirs = things_of(globex).issuance
    chosen = {"action": "export", "_selected_action": [exchange_id, str(theirs.pk)]}
    answer = at(linked, bob).post("/admin/exchange/issuance/", chosen)
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [(row["id"], row["username"]) for row in rows] == [(exchange_id, "alice")]
    assert json.loads(rows[0]["tags"])["UserUUID"] == str(alice.pk)


def test_a_name_is_no_formula(linked):
    somebody = person(linked, "+cmd")
    by_bearer(linked, token_of(somebody).reveal())
    assert ",'+cmd," in printed("acme")


def test_a_command_prints_them(linked, alice, bob):
    for user in (alice, bob):
        by_bearer(linked, token_of(user).reveal())
    told = [json.loads(line) for line in printed("acme", "--form", "jsonl").splitlines()]
    assert [one["username"] for one in told] == ["alice", "bob"]
    assert told[0]["tags"]["UserUUID"] == str(alice.pk)
    assert len(printed("acme").splitlines()) == 3
    assert len(printed("acme", "--until", "2020-01-01").splitlines()) == 1
    assert len(printed("acme", "--since", "2020-01-01").splitlines()) == 3


@pytest.mark.parametrize("arguments", [["nobody"], ["acme", "--since", "yesterday"]])
def test_the_command_says_what_is_wrong(acme, arguments):
    with pytest.raises(CommandError):
        printed(*arguments)


def test_they_are_kept_for_a_set_time(linked, alice, globex):
    theirs = things_of(globex).issuance
    with scope(linked):
        for days in (399, 401):
            moment = timezone.now() - timedelta(days=days)
            values = {"user_id": alice.pk, "username": "alice", "tags": {}, "role_arn": "arn", "session_name": "x"}
            Issuance.written(tenant=linked, issued_at=moment, expires_at=moment + timedelta(hours=1), **values)
    forget_issuances()
    with unscoped():
        left = Issuance.objects.exclude(pk=theirs.pk)
        assert [(timezone.now() - one.issued_at).days for one in left] == [399]
        assert Issuance.objects.filter(pk=theirs.pk).exists()
        with pytest.raises(AppendOnly):
            left.delete()
    assert Event.objects.get(name="exchange.issuances_forgotten").detail["number"] == 1
