"""What a browser was sent to a provider for, kept in its session until it comes back (RFC 9700, section 4.7).

An errand belongs to one browser and one provider, is good once and for ten minutes. Its id goes with the browser as
`state` (OAuth 2.0) or RelayState (SAML).
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import IdentityProvider

_KEY = "errands"
_SECONDS = 600
_URL_MAX = 2_000  # characters
_MOST = 10  # tabs in which one browser may be on its way


class Purpose(StrEnum):
    SIGN_IN = "sign in"
    LINK = "link"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Errand:
    """`user_id` is who was signed in at its beginning (empty: nobody), `kept` what the protocol needs at its end."""

    id: str
    provider_id: str
    purpose: Purpose
    next_url: str = ""
    user_id: str = ""
    kept: dict[str, str] = field(default_factory=dict)


def begin(
    request: HttpRequest, provider: IdentityProvider, purpose: Purpose, *, next_url: str = "", **kept: str
) -> Errand:
    """Send this browser on an errand. `next_url` is where it wants to go then; another host's is forgotten."""
    errand = Errand(
        id=secrets.token_urlsafe(24),
        provider_id=str(provider.pk),
        purpose=purpose,
        next_url=confined(request, next_url),
        user_id=str(request.user.pk) if isinstance(request.user, User) else "",
        kept=kept,
    )
    request.session[_KEY] = [*_others(request)[1 - _MOST :], asdict(errand) | {"until": _now() + _SECONDS}]
    return errand


def finish(request: HttpRequest, provider: IdentityProvider, errand_id: str) -> Errand:
    """Return the errand with which a browser comes back; it is over with that.

    Raises a Refusal (400) for one that is unknown, over, too old, or was to another provider.
    """
    waiting = request.session.get(_KEY, [])
    found = next((one for one in waiting if secrets.compare_digest(one["id"].encode(), errand_id.encode())), None)
    if found is not None:
        request.session[_KEY] = [one for one in waiting if one is not found]
    if found is None or found["until"] < _now() or found["provider_id"] != str(provider.pk):
        sentence = "This sign-in was begun in another browser, too long ago, or is over already. Start again."
        raise Refusal("sign_in_lost", sentence, status=400)
    told: dict[str, Any] = {name: value for name, value in found.items() if name != "until"}
    return Errand(**told | {"purpose": Purpose(told["purpose"])})


def unasked(request: HttpRequest, provider: IdentityProvider, *, next_url: str = "") -> Errand:
    """What somebody comes for whom a provider sends without having been asked to."""
    return Errand(id="", provider_id=str(provider.pk), purpose=Purpose.SIGN_IN, next_url=confined(request, next_url))


def confined(request: HttpRequest, url: str) -> str:
    """The address if it is one of this host, or else none."""
    safe = len(url) <= _URL_MAX and url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    )
    return url if safe else ""


def _others(request: HttpRequest) -> list[dict[str, Any]]:
    return [one for one in request.session.get(_KEY, []) if one["until"] >= _now()]


def _now() -> int:
    return int(timezone.now().timestamp())
