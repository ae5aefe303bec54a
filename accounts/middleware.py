from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import logout
from django.utils import timezone

from accounts.logins import login_ends_at

if TYPE_CHECKING:
    from collections.abc import Callable

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
