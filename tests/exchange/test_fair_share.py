"""AWS's requests a second are shared out among the tenants, and each tenant has a limit of its own."""

from __future__ import annotations

import time

import pytest

from exchange import fair_share
from exchange.fair_share import has_room
from tenants.failures import Unavailable
from tenants.scope import scope
from tenants.services import change_tenant
from tests.conftest import token_of
from tests.exchange.doors import assert_refused, by_bearer, by_sdk


@pytest.fixture(autouse=True)
def _one_second(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_000_000.5)


def taken(tenant, at_most=1_000):
    with scope(tenant):
        for number in range(at_most):
            try:
                fair_share.take(tenant)
            except Unavailable:
                return number
    return at_most


def test_one_alone_may_have_it_all(acme, settings):
    settings.STS_PER_SECOND = 20
    assert taken(acme) == 20


def test_a_greedy_one_leaves_the_others_their_share(acme, globex, settings):
    settings.STS_PER_SECOND = 20
    assert taken(globex, 1) == 1
    assert taken(acme) == 10
    assert taken(globex) == 9


def test_a_second_later_there_is_room_again(acme, settings, monkeypatch):
    settings.STS_PER_SECOND = 5
    assert taken(acme) == 5
    monkeypatch.setattr(time, "time", lambda: 1_000_001.5)
    assert taken(acme) == 5


@pytest.mark.parametrize(
    ("total", "mine", "tenants", "room"),
    [(0, 0, 0, True), (49, 49, 5, True), (50, 20, 5, False), (50, 19, 5, True), (99, 0, 5, True), (100, 0, 5, False)],
)
def test_who_has_room(total, mine, tenants, room):
    assert has_room(total=total, mine=mine, tenants=tenants, budget=100) is room


def test_who_comes_too_often_is_told_when_to_come_back(linked, alice, settings):
    settings.STS_PER_SECOND = 1
    token = token_of(alice).reveal()
    assert by_bearer(linked, token).status_code == 200
    answer = by_bearer(linked, token)
    assert_refused(answer, 503, "aws_unavailable")
    assert answer["Retry-After"] in {"1", "2"}


def test_a_tenant_has_a_limit_of_its_own(linked, alice, bob):
    with scope(linked):
        change_tenant(linked, exchanges_per_minute=2)
    assert by_bearer(linked, token_of(alice).reveal()).status_code == 200
    assert by_sdk(linked, token_of(bob).reveal()).status_code == 200
    answer = by_bearer(linked, token_of(bob).reveal())
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60
