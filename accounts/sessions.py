"""Sessions of people who are signed in, and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def end_all(user_ids: Iterable[UUID]) -> None:
    """Sign these users out wherever they are signed in."""
    for session in UserSession.objects.filter(user__in=user_ids):
        session.end()
