from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import logout
from django.shortcuts import redirect
from django.utils import timezone

from accounts.factors import lacks_factor
from accounts.logins import login_ends_at
from accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http import HttpRequest, HttpResponse


class LoginEndMiddleware:
    """Sign out whose time is over; a session without an end was not made by our sign-in and counts as over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            ends_at = login_ends_at(request.session)
            if ends_at is None or ends_at <= timezone.now():
                logout(request)
        return self.get_response(request)


# Where a second factor is set up, and the way out.
_SET_UP = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "account_reauthenticate",
    "account_logout",
}
# What pages wear; and the exchange, whose callers may have shown a token, and which refuses a session's proof itself.
_LET_THROUGH = {"tenants", "exchange"}
_WANTED = "wanted_before_set_up"


class SecondFactorMiddleware:
    """Lead whoever lacks a demanded second factor to its set-up and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        match, user = request.resolver_match, request.user
        if not isinstance(user, User) or match is None or match.namespace in _LET_THROUGH:
            return None
        request.lacks_factor = lacks_factor(user, request.session)  # type: ignore[attr-defined] # for the templates
        if not request.lacks_factor:  # type: ignore[attr-defined]
            _forget(request)
            return None
        if match.view_name in _SET_UP:
            return None
        if request.method == "GET":
            request.session[_WANTED] = request.get_full_path()
        return redirect("mfa_index")


def _forget(request: HttpRequest) -> None:
    """Let go of where somebody wanted to go once they are there."""
    if request.session.get(_WANTED) == request.get_full_path():
        del request.session[_WANTED]
