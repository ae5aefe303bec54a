"""Logins that came by a provider: under what name it knows each, so that it can end them (single logout)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

    from accounts.models import IdentityProvider

_KEY = "provider_session"


def begin(session: SessionBase, provider: IdentityProvider, known_as: Mapping[str, str]) -> None:
    """Keep with the login that is about to be made what the provider calls it."""
    session[_KEY] = {"provider": str(provider.pk), **known_as}


def known_as(session: SessionBase) -> dict[str, str]:
    """Return what begin() kept, with the provider's id under `provider`; nothing for a login by password."""
    found: dict[str, str] = session.get(_KEY, {})
    return found


def note(request: HttpRequest) -> None:
    """Write it to the list of the user's sessions, once the login is made: there it can be found without the cookie."""
    told = known_as(request.session)
    if told:
        UserSession.objects.filter(session_key=request.session.session_key).update(data=told)


def end(provider: IdentityProvider, **known_as: str) -> int:
    """End the sessions that the provider calls so; return how many there were."""
    told = {f"data__{name}": value for name, value in known_as.items()}
    sessions = UserSession.objects.filter(user__tenant=provider.tenant, data__provider=str(provider.pk), **told)
    found = list(sessions)
    for session in found:
        session.end()
    return len(found)
