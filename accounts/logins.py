"""How long a sign-in lasts: a moment fixed at sign-in, which no activity moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

_KEY = "login_ends_at"


def begin_login(session: SessionBase, *, seconds: int, now: datetime) -> None:
    session[_KEY] = int((now + timedelta(seconds=seconds)).timestamp())


def login_ends_at(session: SessionBase) -> datetime | None:
    """Return when the sign-in of this session ends, or None when there is none."""
    ends = session.get(_KEY)
    return None if ends is None else datetime.fromtimestamp(ends, UTC)
