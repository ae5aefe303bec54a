"""What an admin sees who tries a provider: what it says, shortened, and what would become of somebody who came so.

Nobody is signed in, no user is made. A trial that goes well is what a provider needs to be switched on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts import arrivals, claims, kinds
from accounts.providers import note_test

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.sessions.backends.base import SessionBase

    from accounts.models import IdentityProvider
    from tenants.refusal import Refusal

# Of a value that somebody's entry holds, an admin sees the beginning only.
_SHOWN = 2
_MOST_VALUES = 20


def passed(provider: IdentityProvider, told: Mapping[str, Any], *, now: datetime, refused: str = "") -> dict[str, Any]:
    """Rows to show and a verdict, or what is wrong with what was told; `refused` is why they would not come in."""
    rows = [(name, _redacted(value)) for name, value in sorted(told.items())]
    try:
        read = claims.read(told, kinds.attribute_map(provider))
    except claims.Unusable as unusable:
        return {"rows": rows, "trouble": str(unusable)}
    note_test(provider, now=now)
    return {"rows": rows, "verdict": refused or arrivals.foretell(provider, read)}


def failed(refusal: Refusal) -> dict[str, Any]:
    """What went wrong, with the reasons that were not for everybody's eyes."""
    return {"trouble": " ".join([refusal.sentence, *getattr(refusal, "__notes__", [])])}


def keep(session: SessionBase, provider: IdentityProvider, trial: dict[str, Any]) -> None:
    """Keep a trial until the browser is back at the page that shows it."""
    session[f"trial:{provider.pk}"] = trial


def kept(session: SessionBase, provider: IdentityProvider) -> dict[str, Any]:
    found: dict[str, Any] = session.pop(f"trial:{provider.pk}", {})
    return found


def _redacted(value: Any) -> list[str]:
    """Of each value the beginning; true and false say nothing about anybody and stand as they are."""
    values = value if isinstance(value, list | tuple) else [value]
    return [_shortened(one) for one in values[:_MOST_VALUES]]


def _shortened(value: Any) -> str:
    text = str(value)
    return text if isinstance(value, bool) or len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
