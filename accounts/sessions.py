"""Sessions of people who are signed in, and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession

from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import User


def end_one(user: User, session_id: int) -> None:
    """Sign a user out at one place. Raises a Refusal when they are not signed in there."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        raise Refusal("unknown_session", "You are not signed in there any more.", status=404)
    session.end()


def end_all(user_ids: Iterable[UUID]) -> None:
    """Sign these users out wherever they are signed in."""
    for session in UserSession.objects.filter(user__in=user_ids):
        session.end()
