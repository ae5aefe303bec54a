"""What another site posts to us waits here until the browser fetches it, by itself and with its cookies.

A form that comes from elsewhere brings no session cookie (SameSite=Lax), and what is in it may go neither into an
address nor into a cookie. So it lies in a session of nobody's, for a few minutes, and is given out once.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings

_KEY = "parcel"
_SECONDS = 300


def leave(content: dict[str, Any]) -> str:
    """Keep some values that JSON can hold; return the key that fetches them."""
    store = _store()
    store.set_expiry(_SECONDS)
    store[_KEY] = content
    store.save()
    return str(store.session_key)


def fetch(key: str) -> dict[str, Any]:
    """Return what was left under a key, this once; nothing when there is nothing."""
    store = _store(key)
    content: dict[str, Any] = store.get(_KEY, {})
    if content:
        store.delete()
    return content


def _store(key: str | None = None) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)
