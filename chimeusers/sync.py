"""settle() makes Chime equal to a user as they are now. It can be run again at any moment, after any crash."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from accounts.models import User
from chimeusers import chime, naming
from chimeusers.beliefs import begin_life, belief, believe_absent, believe_present
from chimeusers.models import ChimeUser, State
from tenants.failures import Exists, Missing, Unavailable

if TYPE_CHECKING:
    from uuid import UUID

    from chimeusers.naming import Appearance
    from tenants.models import AWSLink


def settle(link: AWSLink, user_id: UUID) -> None:
    """Read the user and our belief, compare, make the one call that is needed, believe what it did.

    Raises Unavailable, Rejected or Misconfigured; then nothing is settled.
    """
    # The caller has claimed the work: a link read before that may lead to where the tenant was, not to where it is.
    link.refresh_from_db(fields=["app_instance_arn", "region"])
    wanted, known = _wanted(link, user_id), belief(link, user_id)
    if wanted is None:
        _remove(link, known)
    elif known is None or known.state != State.PRESENT:
        _create(link, user_id, wanted)
    elif (known.name, known.metadata) != (wanted.name, wanted.metadata):
        _update(link, known, wanted)


def _wanted(link: AWSLink, user_id: UUID) -> Appearance | None:
    """Return how the user ought to look at Chime; None for whoever is deleted, disabled or waits for approval."""
    user = User.objects.filter(tenant=link.tenant_id, pk=user_id, is_active=True).first()
    return naming.appearance(user, guest_days=link.tenant.guest_days) if user else None


def _create(link: AWSLink, user_id: UUID, wanted: Appearance) -> None:
    known = begin_life(link, user_id, wanted)
    try:
        chime.create(link, wanted, life=known.lives)
    except Exists:
        _adopt(link, wanted)
    believe_present(known, wanted)


def _adopt(link: AWSLink, wanted: Appearance) -> None:
    """Let whoever is there with this id already look as they ought to."""
    try:
        chime.update(link, wanted)
    except Missing as failure:  # They left between the two calls.
        raise Unavailable(str(failure)) from failure


def _update(link: AWSLink, known: ChimeUser, wanted: Appearance) -> None:
    try:
        chime.update(link, wanted)
    except Missing:  # We were wrong: they are not there at all.
        believe_absent(known)
        _create(link, known.user_id, wanted)
    else:
        believe_present(known, wanted)


def _remove(link: AWSLink, known: ChimeUser | None) -> None:
    if known is None or known.state == State.ABSENT:
        return
    with suppress(Missing):  # Gone is gone.
        chime.delete(link, known.app_instance_user_id)
    believe_absent(known)
