"""Sessions of people who are signed in, their list, and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.signals import user_logged_in
from allauth.usersessions.models import UserSession
from allauth.usersessions.signals import on_user_logged_in
from django.contrib.sessions.models import Session

from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpRequest

    from accounts.models import User


def note_sign_ins() -> None:
    """Put each sign-in on its user's list, in the place of allauth.

    Which looks at every session that somebody has, at each sign-in, to clear the list: forget_ended() does it by night.
    """
    user_logged_in.disconnect(on_user_logged_in)
    user_logged_in.connect(_note_sign_in)


def forget_ended() -> None:
    """Take sessions that are over from the lists of everybody."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


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


def _note_sign_in(request: HttpRequest, **_: object) -> None:
    UserSession.objects.create_from_request(request)
