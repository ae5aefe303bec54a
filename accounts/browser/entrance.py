"""Where a browser arrives that comes from a provider, with what the provider says and what it was sent for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from accounts import arrivals, kinds, provider_logins, trials
from accounts.browser.errands import Errand, Purpose
from accounts.models import User
from accounts.providers import find_provider
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from accounts.claims import Claims
    from accounts.models import IdentityProvider


def arrive(
    request: HttpRequest,
    provider: IdentityProvider,
    told: Mapping[str, Any],
    errand: Errand,
    *,
    session: Mapping[str, str],
) -> HttpResponse:
    """Sign in, link or show what was told. `session` is what the provider will call this login when it ends it.

    Raises a Refusal for whoever may not come in.
    """
    if errand.purpose is Purpose.TEST:
        return _show(request, provider, told, errand)
    find_provider(provider.tenant, provider.slug)  # It may have been switched off while the browser was away.
    said = kinds.claims_of(provider, told)
    if errand.purpose is Purpose.LINK:
        return _link(request, provider, said, errand)
    user = arrivals.welcome(provider, said, now=timezone.now())
    return _sign_in(request, provider, user, errand, session={"subject": said.subject, **session})


def turned_away(request: HttpRequest, provider: IdentityProvider, errand: Errand, refusal: Refusal) -> HttpResponse:
    """Tell an admin who tries a provider what went wrong, in the place where it is tried. Raises it for others."""
    if errand.purpose is not Purpose.TEST:
        raise refusal
    _check_same_person(request, errand)
    trials.keep(request.session, provider, trials.failed(refusal))
    return _trial_page(provider)


def _show(request: HttpRequest, provider: IdentityProvider, told: Mapping[str, Any], errand: Errand) -> HttpResponse:
    _check_same_person(request, errand)
    trials.keep(request.session, provider, trials.passed(provider, told, now=timezone.now()))
    return _trial_page(provider)


def _trial_page(provider: IdentityProvider) -> HttpResponse:
    return redirect("admin:accounts_identityprovider_test", provider.pk)


def _link(request: HttpRequest, provider: IdentityProvider, said: Claims, errand: Errand) -> HttpResponse:
    """Tie the account to whoever is signed in, and was when the browser left: so both sides are proved."""
    user = _check_same_person(request, errand)
    arrivals.link(user, provider, said)
    messages.success(request, f"{provider.name} is now one of your ways in.")
    return redirect("accounts:ways_in")


def _sign_in(
    request: HttpRequest, provider: IdentityProvider, user: User, errand: Errand, *, session: dict[str, str]
) -> HttpResponse:
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    provider_logins.begin(request.session, provider, session)
    record_authentication(request, user, "socialaccount", provider=provider.slug)
    answer: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=errand.next_url or None)
    return answer


def _check_same_person(request: HttpRequest, errand: Errand) -> User:
    if not isinstance(request.user, User) or str(request.user.pk) != errand.user_id:
        raise Refusal("not_signed_in", "You were signed in when this began, and are not any more.", status=401)
    return request.user
