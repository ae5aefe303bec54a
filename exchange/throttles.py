"""How often one may exchange. Counted per tenant: the cache keeps tenants apart (tenants/scope.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.throttling import SimpleRateThrottle

from accounts.models import User

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

_KNOWN_BY = 40  # characters of a bearer value that tell one from another


class AddressThrottle(SimpleRateThrottle):
    """One network address, whoever speaks from there: this bounds the guessing of tokens."""

    scope = "address"

    def get_cache_key(self, request: Request, view: APIView) -> str:  # noqa: ARG002 - REST framework's signature
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class ProofThrottle(SimpleRateThrottle):
    """One user, one token, or one address of guests."""

    scope = "exchange"

    def get_cache_key(self, request: Request, view: APIView) -> str:  # noqa: ARG002 - REST framework's signature
        bearer = request.headers.get("Authorization", "")[:_KNOWN_BY]
        who = bearer or (str(request.user.pk) if isinstance(request.user, User) else self.get_ident(request))
        return self.cache_format % {"scope": self.scope, "ident": "".join(filter(str.isalnum, who))}


class GuestThrottle(AddressThrottle):
    """New guests from one address: each becomes a user at Chime."""

    scope = "guest"

    def allow_request(self, request: Request, view: APIView) -> bool:
        comes_as_somebody = bool(request.headers.get("Authorization")) or isinstance(request.user, User)
        return comes_as_somebody or super().allow_request(request, view)
