"""How often one may exchange. Counted per tenant: the cache keeps tenants apart (tenants/scope.py)."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.throttling import SimpleRateThrottle

from accounts.names import normal_username
from accounts.proofs import access_token, assertion, guest, id_token, password, session, token

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

    from accounts.proofs import Presented
    from tenants.models import Tenant


_MINUTE = 60  # seconds
# Proofs of which each is one person's.
_SHOWN = {token.KIND, access_token.KIND, id_token.KIND, assertion.KIND}


class AddressThrottle(SimpleRateThrottle):
    """One network address, whoever speaks from there: this bounds the guessing of tokens."""

    scope = "address"

    def get_cache_key(self, request: Request, view: APIView) -> str:  # noqa: ARG002 - REST framework's signature
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class ProofThrottle(AddressThrottle):
    """One user, one token, or one address of guests: by what is presented, however it is written in the request."""

    scope = "exchange"

    def __init__(self, kind: str, presented: Presented) -> None:
        super().__init__()
        self._kind, self._presented = kind, presented

    def get_ident(self, request: Request) -> str:
        if self._kind in _SHOWN and self._presented.value is not None:
            return hashlib.sha256(self._presented.value.reveal().encode()).hexdigest()
        if self._kind == session.KIND and self._presented.session_user is not None:
            return str(self._presented.session_user.pk)
        return str(super().get_ident(request))


class GuestThrottle(AddressThrottle):
    """New guests from one address: each becomes a user at Chime."""

    scope = "guest"


class PasswordThrottle(AddressThrottle):
    """One user's passwords, however the name is spelt and from wherever they come: this bounds the guessing."""

    scope = "password"

    def __init__(self, username: str) -> None:
        super().__init__()
        self._username = username

    def get_ident(self, request: Request) -> str:  # noqa: ARG002 - REST framework's signature
        return hashlib.sha256(normal_username(self._username).encode()).hexdigest()


def demand_room(request: Request, view: APIView, kind: str, presented: Presented) -> None:
    """Count one exchange for whom it is meant to be. Raises Throttled when there were too many."""
    throttles: list[AddressThrottle] = [ProofThrottle(kind, presented)]
    if kind == guest.KIND:
        throttles.append(GuestThrottle())
    if kind == password.KIND:
        throttles.append(PasswordThrottle(presented.username))
    for throttle in throttles:
        if not throttle.allow_request(request, view):
            raise Throttled(throttle.wait())
    _demand_tenants_room(presented.tenant)


def _demand_tenants_room(tenant: Tenant) -> None:
    """Count for all of a tenant's people together: a number a minute, as a list of moments would grow long."""
    minute, gone = divmod(time.time(), _MINUTE)
    key = f"exchanges:{minute:.0f}"
    cache.add(key, 0, timeout=2 * _MINUTE)
    if cache.incr(key) > tenant.exchanges_per_minute:
        raise Throttled(_MINUTE - gone)
