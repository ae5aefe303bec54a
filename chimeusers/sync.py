"""settle() makes Chime equal to users as they are now. It can be run again at any moment, after any crash."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.names import EventName
from chimeusers import budget, chime, naming
from chimeusers.beliefs import absent, begin_lives, beliefs_of, believe, nobody_yet, present
from chimeusers.models import State
from tenants.failures import Exists, Failure, Misconfigured, Missing, Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from chimeusers.budget import Places
    from chimeusers.models import ChimeUser
    from chimeusers.naming import Appearance
    from tenants.models import AWSLink

Outcome = Failure | None

PATIENCE = 20.0  # seconds after which no more calls are begun: the lease of the work has to outlast them


@dataclass(frozen=True, slots=True)
class Step:
    """What we believe of one user, and how they ought to look: the one call that leads from here to there.

    Of whoever `may_be_there` already, a creation that succeeds says nothing: Chime answers it with success, and leaves
    them as they are.
    """

    known: ChimeUser
    wanted: Appearance | None
    may_be_there: bool

    @property
    def creates(self) -> bool:
        return self.wanted is not None and self.known.state != State.PRESENT

    @property
    def renames(self) -> bool:
        return self.wanted is not None and not self.creates

    @property
    def is_needed(self) -> bool:
        if self.wanted is None:
            return self.known.state != State.ABSENT
        return self.creates or (self.known.name, self.known.metadata) != (self.wanted.name, self.wanted.metadata)


def settle(link: AWSLink, user_ids: list[UUID], places: Callable[[AWSLink, int], Places]) -> dict[UUID, Outcome]:
    """Read users and beliefs, compare, make the one call that each needs, believe what it did.

    Tell of each what became of it: None when Chime is as it ought to be, or one of tenants.failures. The first that
    is Unavailable or Misconfigured ends it, since the rest would fare the same: they are not in the answer.
    """
    # The caller has claimed the work: a link read before that may lead to where the tenant was, not to where it is.
    link.refresh_from_db(fields=["app_instance_arn", "region"])
    steps = list(_steps(link, user_ids))
    needed = [step for step in steps if step.is_needed]
    outcomes: dict[UUID, Outcome] = {step.known.user_id: None for step in steps if not step.is_needed}
    if not needed:
        return outcomes
    try:
        booked = places(link, len(needed))
    except Unavailable as failure:
        return outcomes | {needed[0].known.user_id: failure}
    begin_lives((step.known, step.wanted) for step in needed if step.creates and step.wanted)
    return outcomes | _taken(link, needed, booked)


def _taken(link: AWSLink, steps: list[Step], booked: Places) -> dict[UUID, Outcome]:
    outcomes: dict[UUID, Outcome] = {}
    renamed = {step.known.user_id for step in steps if step.renames}  # Before a step changes what is known.
    ends = time.monotonic() + PATIENCE
    try:
        for number, step in enumerate(steps):
            booked.wait(number)
            if time.monotonic() > ends:
                break
            outcome = outcomes[step.known.user_id] = _outcome(link, step)
            if isinstance(outcome, Unavailable | Misconfigured):
                break
    finally:
        done = [step.known for step in steps if outcomes.get(step.known.user_id, outcomes) is None]
        believe(done, renamed=renamed)
    return outcomes


def _steps(link: AWSLink, user_ids: list[UUID]) -> Iterator[Step]:
    users = {user.pk: user for user in User.objects.filter(tenant=link.tenant_id, pk__in=user_ids)}
    beliefs, now = beliefs_of(link, user_ids), timezone.now()
    for user_id in user_ids:
        known = beliefs.get(user_id) or nobody_yet(link, user_id)
        user, is_there = users.get(user_id), known.state == State.PRESENT
        wanted = naming.wanted(user, link.tenant, is_there=is_there, now=now)
        yield Step(known, wanted, may_be_there=known.state == State.UNSURE or bool(user and user.chime_id))


def _outcome(link: AWSLink, step: Step) -> Outcome:
    try:
        _take(link, step)
    except (Unavailable, Misconfigured, Rejected) as failure:
        if isinstance(failure, Unavailable) and failure.is_throttling:
            budget.refused(link)
        return failure
    return None


def _take(link: AWSLink, step: Step) -> None:
    if step.wanted is None:
        _remove(link, step.known)
    elif step.creates:
        _create(link, step.known, step.wanted, may_be_there=step.may_be_there)
    else:
        _update(link, step.known, step.wanted)


def _create(link: AWSLink, known: ChimeUser, wanted: Appearance, *, may_be_there: bool) -> None:
    try:
        chime.create(link, wanted, life=known.lives)
    except Exists:
        may_be_there = True
    if may_be_there:
        _adopt(link, known, wanted)
    present(known, wanted)


def _adopt(link: AWSLink, known: ChimeUser, wanted: Appearance) -> None:
    """Somebody is there with this id: describe, compare, let them look as they ought to, and write it down."""
    try:
        there = chime.describe(link, wanted.app_instance_user_id)
        if there == (wanted.name, wanted.metadata):
            return
        chime.update(link, wanted)
    except Missing as failure:  # They left between the two calls.
        raise Unavailable(str(failure)) from failure
    record(EventName.CHIME_USER_ADOPTED, tenant_id=link.tenant_id, subject_id=known.user_id, name=there[0])


def _update(link: AWSLink, known: ChimeUser, wanted: Appearance) -> None:
    try:
        chime.update(link, wanted)
    except Missing:  # We were wrong: they are not there at all.
        begin_lives([(absent(known), wanted)])
        _create(link, known, wanted, may_be_there=False)
    else:
        present(known, wanted)


def _remove(link: AWSLink, known: ChimeUser) -> None:
    with suppress(Missing):  # Gone is gone.
        chime.delete(link, known.app_instance_user_id)
    absent(known)
