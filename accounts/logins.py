"""What is known of a sign-in: how long it lasts, a moment that no activity moves, and whether a provider vouched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

_KEY = "login_ends_at"
_BEGAN = "login_began_at"
_BY_PROVIDER = "login_by_provider"
_FRESH = timedelta(minutes=5)


def begin_login(session: SessionBase, *, seconds: int, now: datetime, by_provider: bool) -> None:
    session[_BEGAN] = int(now.timestamp())
    session[_KEY] = session[_BEGAN] + seconds
    session[_BY_PROVIDER] = by_provider


def login_ends_at(session: SessionBase) -> datetime | None:
    """Return when the sign-in of this session ends, or None when there is none."""
    ends = session.get(_KEY)
    return None if ends is None else datetime.fromtimestamp(ends, UTC)


def came_by_provider(session: SessionBase) -> bool:
    """Tell whether an external provider said who this is, and not a password that the portal was given."""
    return bool(session.get(_BY_PROVIDER))


def is_fresh(session: SessionBase, *, now: datetime) -> bool:
    """Tell whether somebody has just proved who they are by signing in."""
    return bool(session.get(_BEGAN, 0) > (now - _FRESH).timestamp())
