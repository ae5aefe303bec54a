"""The places in AWS's quotas, given out over all workers by the database. The only writer of budgets.

Amazon Chime SDK endpoints and quotas, "Identity": writes of users together and listings have a quota for each app
instance, all identity calls together one for each account and region.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F

from audit.log import record
from audit.names import EventName
from chimeusers.models import Budget
from chimeusers.pace import Pace
from tenants.failures import Unavailable
from tenants.names import PORTALS_ADMIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenants.models import AWSLink

    # A change of a pace at a moment: the pace after it, and the moment it gives.
    Booking = Callable[[Pace, float], tuple[Pace, float]]

# Seconds for which somebody who signs in waits for a place; and in which a worker who was given one is there for it.
_PATIENCE = 3.0
_MESSAGES, _USUAL_MESSAGES = {"eu-central-1": 5.0}, 10.0  # calls a second


@dataclass(frozen=True, slots=True)
class Places:
    """Moments at which calls may be made, one after another."""

    begin: float
    each: float

    def wait(self, number: int) -> None:
        """Sleep until the moment of a call, counted from nought."""
        time.sleep(max(0.0, self.begin + number * self.each - time.time()))


def writes(link: AWSLink, calls: int) -> Places:
    """Give a worker places for changes of users."""
    return _places((_of_account(link), _of_instance(link)), calls, lambda pace, now: pace.book(calls, now))


def lists(link: AWSLink) -> Places:
    """Give a worker a place for a page of the list of users, which has a quota of its own."""
    return _places((_of_account(link), _of_listing(link)), 1, lambda pace, now: pace.book(1, now))


def at_once(link: AWSLink) -> Places:
    """Give somebody who waits a place before all workers. Raises Unavailable when many wait already."""
    places = _places((_of_account(link), _of_instance(link)), 1, lambda pace, now: pace.book_at_once(now))
    if places.begin > time.time() + _PATIENCE:
        raise Unavailable("Too many new users at once for Chime's quota.", after=_PATIENCE)
    return places


def writes_per_second(link: AWSLink) -> float:
    """Return how many changes of users AWS takes of this tenant."""
    key, usual = _of_instance(link)
    said = Budget.objects.filter(key=key).values_list("per_second", flat=True).first()
    return said or usual


@transaction.atomic(durable=True)
def set_budget(row: Budget, *, per_second: float | None) -> None:
    """Say which quota AWS gives; None is the usual one. Raises ValidationError."""
    row.per_second = per_second
    row.full_clean()
    Budget.objects.filter(pk=row.pk).update(per_second=per_second)
    record(EventName.BUDGET_SET, tenant_id=None, key=row.key, per_second=per_second)


def seconds_away(link: AWSLink) -> float:
    """Return how long a worker would wait for its first place."""
    keys = [key for key, _ in (_of_instance(link), _of_account(link))]
    moments = Budget.objects.filter(key__in=keys).values_list("next_at", flat=True)
    return max(0.0, max(moments, default=0.0) - time.time())


def messages(link: AWSLink, calls: int) -> Places:
    """Give a worker places for what the portal's own user does in channels, which has a quota of its own."""
    return _places((_of_bearer(link),), calls, lambda pace, now: pace.book(calls, now))


def refused(link: AWSLink) -> None:
    """Note that AWS refused a call as one too many: it does not say by which quota, so the narrower one learns."""
    _slow_down(*_of_instance(link))


def messages_refused(link: AWSLink) -> None:
    _slow_down(*_of_bearer(link))


def _slow_down(key: str, usual: float) -> None:
    _change(key, usual, lambda pace, now: (pace.slow_down(now), now))
    Budget.objects.filter(key=key).update(throttled=F("throttled") + 1)


def _of_instance(link: AWSLink) -> tuple[str, float]:
    return link.app_instance_arn, settings.USER_WRITES_PER_SECOND


def _of_account(link: AWSLink) -> tuple[str, float]:
    """The account and region that an app instance's ARN names."""
    return ":".join(link.app_instance_arn.split(":")[:5]), settings.IDENTITY_CALLS_PER_SECOND


def _of_listing(link: AWSLink) -> tuple[str, float]:
    return f"{link.app_instance_arn}#list", settings.USER_LISTS_PER_SECOND


def _of_bearer(link: AWSLink) -> tuple[str, float]:
    """What is done in the name of one user ("Messaging"); some regions take less of it."""
    return link.user_arn(PORTALS_ADMIN), _MESSAGES.get(link.region, _USUAL_MESSAGES)


def _places(keys: tuple[tuple[str, float], ...], calls: int, book: Booking) -> Places:
    """Book by the wider quota first: by the narrower one the calls then begin no sooner, nor end."""
    begin = each = 0.0
    for key, usual in keys:
        pace, moment = _change(key, usual, book, not_before=begin)
        begin, each = max(begin, moment), max(each, 1 / pace.rate(moment))
    return Places(begin, each if calls > 1 else 0.0)


def _change(key: str, usual: float, change: Booking, *, not_before: float = 0.0) -> tuple[Pace, float]:
    """Read, reckon and write, again when another worker wrote meanwhile: somebody gets on each time."""
    while True:
        row = Budget.objects.filter(key=key).first() or Budget.objects.get_or_create(key=key)[0]
        pace = Pace(row.per_second or usual, row.next_at, row.next_interactive_at, row.slowed_to, row.slowed_at)
        pace, moment = change(pace, max(time.time(), not_before))
        these = Budget.objects.filter(pk=row.pk, version=row.version)
        if these.update(
            version=row.version + 1,
            next_at=pace.next_at,
            next_interactive_at=pace.next_interactive_at,
            slowed_to=pace.slowed_to,
            slowed_at=pace.slowed_at,
        ):
            return pace, moment
