"""Browsers that come from OAuth 2.0 and OpenID providers, and what those tell us behind the browsers' backs."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import arrivals, code_flow, kinds, provider_logins
from accounts.browser import errands
from accounts.browser.doors import provider_here
from accounts.browser.entrance import arrive, turned_away
from accounts.code_flow import Request
from accounts.proofs import oidc
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.browser.errands import Errand, Purpose
    from accounts.models import IdentityProvider

# What a provider's answer may hold, and how long each may be.
_ANSWERS = {"code": 4_096, "state": 100, "iss": 500, "error": 100, "error_description": 500, "user": 2_000}


def departure(request: HttpRequest, provider: IdentityProvider, purpose: Purpose, next_url: str) -> str:
    """Where to send this browser. Raises a Refusal (503) when the provider can't be asked."""
    kept = {"nonce": secrets.token_urlsafe(24), "verifier": secrets.token_urlsafe(48)}
    errand = errands.begin(request, provider, purpose, next_url=next_url, **kept)
    return code_flow.authorization_url(kinds.relying_party(provider), _bound(request, provider, errand))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def callback(request: HttpRequest, slug: str) -> HttpResponse:
    """Take what a provider answers. The errand in this browser's session stands in for a CSRF token."""
    answer = _answer(request)
    if request.method == "POST":
        return _home(request, answer)
    provider = provider_here(slug)
    errand = errands.finish(request, provider, answer.get("state", ""))
    try:
        party, now = kinds.relying_party(provider), timezone.now()
        told = code_flow.redeem(party, _bound(request, provider, errand), answer, now=now)
        session = {"sid": told["sid"]} if isinstance(told.get("sid"), str) else {}
        return arrive(request, provider, told, errand, session=session)
    except Refusal as refusal:
        return turned_away(request, provider, errand, refusal)


@csrf_exempt
@require_POST
def backchannel_logout(request: HttpRequest, slug: str) -> HttpResponse:
    """End the sessions a provider names (OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8)."""
    provider = provider_here(slug)
    try:
        _end(provider, request.POST.get("logout_token", ""))
    except Refusal as refusal:
        told = {"error": "invalid_request", "error_description": refusal.sentence}
        return JsonResponse(told, status=400, headers={"Cache-Control": "no-store"})
    return HttpResponse(headers={"Cache-Control": "no-store"})


def facts(request: HttpRequest, provider: IdentityProvider) -> list[tuple[str, str]]:
    """What the provider has to be told of the portal."""
    told = [("Redirect URI", _redirect_uri(request, provider))]
    if kinds.relying_party(provider).issuer:
        logout = reverse("accounts:openid_logout", args=[provider.slug])
        told.append(("Back-channel logout URI", request.build_absolute_uri(logout)))
    return told


def _end(provider: IdentityProvider, token: str) -> None:
    party = kinds.relying_party(provider)
    if not party.issuer:
        raise Refusal("unknown_provider", "There is no such OpenID provider.", status=404)
    now = timezone.now()
    said = oidc.verify_logout_token(token, code_flow.expected_of(party), now=now)
    arrivals.use_once(provider, f"logout:{said['jti']}", expires_at=oidc.expiry(said))
    named = {"subject": said.get("sub"), "sid": said.get("sid")}
    provider_logins.end(provider, **{name: value for name, value in named.items() if isinstance(value, str)})


def _home(request: HttpRequest, answer: dict[str, str]) -> HttpResponse:
    """A form that another site posts comes without our cookie; the same answer, fetched by ourselves, comes with it."""
    return HttpResponseRedirect(f"{request.path}?{urlencode(answer)}")


def _answer(request: HttpRequest) -> dict[str, str]:
    given = request.POST if request.method == "POST" else request.GET
    answer = {name: given[name] for name in _ANSWERS if name in given}
    if any(len(value) > _ANSWERS[name] or "\x00" in value for name, value in answer.items()):
        raise Refusal("bad_request", "The provider's answer is too long to be true. Start again.", status=400)
    return answer


def _bound(request: HttpRequest, provider: IdentityProvider, errand: Errand) -> Request:
    kept = errand.kept
    return Request(_redirect_uri(request, provider), errand.id, kept["nonce"], kept["verifier"])


def _redirect_uri(request: HttpRequest, provider: IdentityProvider) -> str:
    return request.build_absolute_uri(reverse("accounts:openid_callback", args=[provider.slug]))
