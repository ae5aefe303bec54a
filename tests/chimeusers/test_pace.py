from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chimeusers.pace import Pace

NOW = 1_800_000_000.0


def booked(pace, calls, now):
    """Make calls one by one, as soon as they may be made; return their moments."""
    moments = []
    for _ in range(calls):
        pace, moment = pace.book(1, now)
        now = max(now, moment)
        moments.append(now)
    return moments


def test_calls_without_end_keep_to_the_quota_and_use_it_up():
    moments = booked(Pace(10), 1000, NOW)
    assert 0.95 * 10 <= 999 / (moments[-1] - moments[0]) <= 10


def test_a_few_calls_after_a_pause_are_made_at_once():
    assert booked(Pace(10), 5, NOW) == [NOW] * 5
    assert booked(Pace(10), 6, NOW)[-1] > NOW


@given(st.lists(st.integers(1, 10), min_size=1, max_size=50), st.floats(0.5, 100))
def test_many_workers_together_never_exceed_the_quota(sizes, per_second):
    """In any span of time there are no more calls than its seconds allow, but for the burst."""
    pace, moments = Pace(per_second), []
    for size in sizes:
        pace, begin = pace.book(size, NOW)
        moments += [max(NOW, begin + number / (per_second * 0.98)) for number in range(size)]
    for first in range(len(moments)):
        for last in range(first + 1, len(moments)):
            allowed = (moments[last] - moments[first] + 0.5) * per_second + 1
            assert last - first <= allowed


def test_somebody_who_waits_comes_before_a_long_queue_and_the_queue_pays():
    busy, _ = Pace(10).book(100, NOW)
    after, moment = busy.book_at_once(NOW)
    assert moment <= NOW
    assert after.next_at > busy.next_at


def test_many_who_wait_queue_among_themselves():
    pace = Pace(10)
    for _ in range(50):
        pace, moment = pace.book_at_once(NOW)
    assert 4 < moment - NOW < 5


def test_a_refusal_slows_down_and_time_makes_up_for_it():
    slowed = Pace(10).slow_down(NOW)
    assert 6 < slowed.rate(NOW) < 7
    assert slowed.rate(NOW) < slowed.rate(NOW + 10) < slowed.rate(NOW + 60) == Pace(10).rate(NOW)


def test_however_often_it_is_refused_it_goes_on():
    pace = Pace(10)
    for _ in range(100):
        pace = pace.slow_down(NOW)
    assert pace.rate(NOW) == 1.0
