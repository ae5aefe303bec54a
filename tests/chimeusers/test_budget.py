"""The places in AWS's quotas, given out by the database."""

from __future__ import annotations

import itertools
import threading
import time
from uuid import uuid4

import pytest
from django.db import connection, connections

from chimeusers import budget
from chimeusers.models import Budget
from tenants.failures import Unavailable
from tenants.models import AWSLink

pytestmark = pytest.mark.django_db


def link(account="111122223333"):
    return AWSLink(app_instance_arn=f"arn:aws:chime:us-east-1:{account}:app-instance/{uuid4()}")


def span(places, calls):
    """Seconds from now until the last of the calls."""
    return places.begin + (calls - 1) * places.each - time.time()


def crowd(one):
    for _ in range(20):
        budget.at_once(one)


def test_the_changes_of_one_app_instance_keep_to_its_quota():
    one = link()
    budget.writes(one, 10)
    assert 0.9 < span(budget.writes(one, 10), 10) < 1.7


def test_another_app_instance_has_a_quota_of_its_own_until_the_accounts_is_used_up():
    for _ in range(5):
        budget.writes(link(), 10)
    assert span(budget.writes(link(), 1), 1) < 0.7
    for _ in range(20):
        budget.writes(link(), 10)
    assert span(budget.writes(link(), 1), 1) > 3
    assert span(budget.writes(link("999999999999"), 1), 1) <= 0


def test_batches_that_wait_for_the_account_do_not_meet_at_the_app_instance():
    one = link()
    for _ in range(20):
        budget.writes(link(), 10)
    first, second = budget.writes(one, 10), budget.writes(one, 10)
    assert first.begin > time.time() + 2
    assert second.begin > first.begin + 4 * first.each, "half a second's calls may be made at once"


def test_the_operator_says_when_aws_gives_more(settings):
    one = link()
    budget.writes(one, 1)
    Budget.objects.update(per_second=1000)
    assert span(budget.writes(one, 100), 100) < 0.2


def test_a_busy_tenants_newcomers_need_not_wait_and_a_crowd_is_told_to_come_back():
    one = link()
    budget.writes(one, 100)
    assert span(budget.at_once(one), 1) <= 0
    for _ in range(25):
        budget.at_once(one)
    with pytest.raises(Unavailable, match="Too many new users"):
        crowd(one)


def test_a_refusal_is_counted_and_slows_down():
    one = link()
    fast = span(budget.writes(one, 10), 10)
    budget.refused(one)
    Budget.objects.update(next_at=0)
    assert span(budget.writes(one, 10), 10) > fast * 1.3
    assert Budget.objects.get(key=one.app_instance_arn).throttled == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's database in memory has one connection")
@pytest.mark.django_db(transaction=True)
def test_workers_that_book_at_once_get_different_places():
    one = link()
    begins: list[float] = []

    def book():
        begins.extend(budget.writes(one, 1).begin for _ in range(20))
        connections.close_all()

    threads = [threading.Thread(target=book) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begins.sort()
    assert len(begins) == 80
    assert all(later - sooner > 0.09 for sooner, later in itertools.pairwise(begins[5:]))
