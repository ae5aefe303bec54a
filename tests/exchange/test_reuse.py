"""The same credentials again, where the tenant and the caller allow it, and never once something has changed."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts import services as accounts
from accounts import standing
from exchange import reuse, sts
from exchange.models import Issuance, KeptCredentials
from exchange.policy import Grant, Road
from exchange.services import WAYS, drop_rule, set_rule
from exchange.tasks import forget_credentials
from portal.demo.aws_setup import ROLES
from tenants.refusal import Secret
from tenants.scope import scope
from tenants.services import change_tenant, link_aws
from tests.conftest import at, token_of
from tests.exchange.doors import by_sample, by_sdk, credentials_in, speaks_as


@pytest.fixture
def generous(linked):
    return change_tenant(linked, reuses_credentials=True)


@pytest.fixture
def asks(monkeypatch):
    """Each time that STS is asked."""
    counted = []
    issue = sts.issue

    def counting(*given):
        counted.append(given)
        return issue(*given)

    monkeypatch.setitem(WAYS, "assume_role", counting)
    return counted


def exchanged(tenant, token, **wishes):
    headers = {"Authorization": f"Bearer {token}"}
    answer = at(tenant).post("/api/v1/exchange", json.dumps(wishes), content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def key(tenant, token, **wishes) -> str:
    return str(exchanged(tenant, token, **{"reuse": True, **wishes})["credentials"]["AccessKeyId"])


def test_the_same_user_gets_the_same_again_and_they_still_work(generous, alice, at_aws, asks):
    token = token_of(alice).reveal()
    first, second = (exchanged(generous, token, reuse=True) for _ in range(2))
    assert first["credentials"] == second["credentials"]
    assert len(asks) == 1
    assert speaks_as(at_aws, generous, second["credentials"], str(alice.pk)) == "ok"
    with scope(generous):
        tags = {str(one.pk): one.tags["ExchangeId"] for one in Issuance.objects.all()}
    assert tags == {first["exchange_id"]: first["exchange_id"], second["exchange_id"]: first["exchange_id"]}


def test_at_the_other_doors_the_tenant_s_word_is_enough(generous, alice, asks):
    token = token_of(alice).reveal()
    keys = {credentials_in(door(generous, token))["AccessKeyId"] for door in (by_sample, by_sdk)}
    assert (len(keys), len(asks)) == (1, 1)


def test_not_where_the_tenant_or_the_caller_does_not_want_it(linked, alice, asks):
    token = token_of(alice).reveal()
    assert len({key(linked, token), key(linked, token)}) == 2
    change_tenant(linked, reuses_credentials=True)
    assert len({key(linked, token, reuse=False), key(linked, token, reuse=False)}) == 2
    assert len(asks) == 4


def test_nobody_gets_somebody_else_s(generous, alice, bob):
    assert key(generous, token_of(alice).reveal()) != key(generous, token_of(bob).reveal())


def test_never_longer_than_asked_for(generous, alice):
    token = token_of(alice).reveal()
    assert key(generous, token) != key(generous, token, duration_seconds=900)


@pytest.mark.parametrize(
    "change",
    [
        lambda tenant, user: accounts.update(user, expected_version=user.version, display_name="Alice Anew"),
        lambda tenant, user: (standing.disable(tenant, [user.pk]), standing.restore(tenant, [user.pk])),
        lambda tenant, user: set_rule(tenant, profile="member", role_arn=ROLES["guest"]),
        lambda tenant, user: set_rule(tenant, profile="guest", role_arn=ROLES["guest"], max_seconds=900),
        lambda tenant, user: drop_rule(tenant.rules.get(profile="guest")),
        lambda tenant, user: link_aws(tenant, app_instance_arn=tenant.aws_link.app_instance_arn),
    ],
    ids=["renamed", "disabled", "another role", "a rule", "a rule less", "linked anew"],
)
def test_nothing_kept_outlives_a_change(generous, alice, change):
    token = token_of(alice).reveal()
    first = key(generous, token)
    with scope(generous):
        alice.refresh_from_db()
        change(generous, alice)
        assert not KeptCredentials.objects.exists()
    assert key(generous, token_of(alice).reveal()) != first


def test_what_is_kept_is_encrypted_and_goes_when_it_has_expired(generous, alice):
    body = exchanged(generous, token_of(alice).reveal(), reuse=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM exchange_keptcredentials")
        (kept,) = cursor.fetchone()
    assert body["credentials"]["SecretAccessKey"] not in kept
    forget_credentials()
    with scope(generous):
        assert KeptCredentials.objects.exists()
        KeptCredentials.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    forget_credentials()
    with scope(generous):
        assert not KeptCredentials.objects.exists()


GRANT = Grant(
    uuid4(),
    Road("us-east-1", "assume_role"),
    "arn:aws:iam::111122223333:role/x",
    "chime_x",
    {"UserUUID": "x", "ExchangeId": "1"},
    3_600,
)


def made(number: int) -> sts.Credentials:
    expires_at = timezone.now() + timedelta(hours=1)
    return sts.Credentials(f"ASIA{number}", Secret("secret"), Secret("token"), expires_at)


@pytest.mark.parametrize(("minutes", "again"), [(29, True), (31, False)])
def test_until_half_of_their_life_is_over(acme, alice, minutes, again):
    with scope(acme):
        reuse.shared(acme, alice, GRANT, lambda: made(1))
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            later, _ = reuse.shared(acme, alice, GRANT, lambda: made(2))
    assert (later.access_key_id == "ASIA1") is again


@pytest.mark.django_db(transaction=True)
def test_a_storm_for_one_user_asks_once(acme, alice):
    """Eight at the same moment: one is slow to get them, and the others wait for what it gets."""
    asked, got, together = [], [], threading.Barrier(8)

    def slowly():
        asked.append(1)
        threading.Event().wait(0.3)
        return made(len(asked))

    def come():
        together.wait()
        with scope(acme):
            got.append(reuse.shared(acme, alice, GRANT, slowly)[0].access_key_id)
        connection.close()

    people = [threading.Thread(target=come) for _ in range(8)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert (len(asked), got) == (1, ["ASIA1"] * 8)


def test_one_who_fails_keeps_nobody_waiting(acme, alice):
    def failing():
        raise RuntimeError("STS is away")

    with scope(acme):
        with pytest.raises(RuntimeError):
            reuse.shared(acme, alice, GRANT, failing)
        assert reuse.shared(acme, alice, GRANT, lambda: made(2))[0].access_key_id == "ASIA2"
