"""allauth's pages on which people keep their own account, with what the house adds to them."""

from __future__ import annotations

from contextlib import nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account import views

from accounts import services
from accounts.models import User
from accounts.passwords import check_may_have_password, passwords_off, takes_own
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase


def emails(request: HttpRequest) -> HttpResponseBase:
    """What makes another address the user's own is one transaction; a letter is never sent inside of one."""
    decides = "action_remove" in request.POST or "action_primary" in request.POST
    with services.addresses_change(request.user) if decides and isinstance(request.user, User) else nullcontext():
        answer: HttpResponseBase = views.email(request)
        return answer


def _where_passwords_count(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Raises a Refusal (403) where a password of the portal's own would not count."""

    @wraps(page)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User):
            check_may_have_password(request.user)
        elif not takes_own(current_tenant()):
            raise passwords_off()
        return page(request, *args, **kwargs)

    return checked


change_password = _where_passwords_count(views.password_change)
set_password = _where_passwords_count(views.password_set)
reset_password = _where_passwords_count(views.password_reset)
