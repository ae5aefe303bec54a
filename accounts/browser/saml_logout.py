"""Single logout (SAML Profiles, section 4.4): a provider ends its people's sessions here, and they end theirs there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages as notes
from django.core import signing
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import arrivals, provider_logins
from accounts.browser.saml import addresses, saml_provider
from accounts.kinds.saml import peer
from accounts.models import IdentityProvider, ProviderKind
from accounts.proofs.saml import refusal
from accounts.saml import messages, redirect
from accounts.saml.documents import Unreadable
from accounts.saml.keys import valid_at
from tenants.refusal import Refusal
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.saml.messages import LogoutRequest

_SALT = "saml-logout"
_SECONDS = 300


@never_cache
@require_safe
def sls(request: HttpRequest, slug: str) -> HttpResponse:
    """End the sessions that a provider names, and tell it so; or take a browser back that has signed out there.

    A LogoutResponse is not looked at: it changes nothing here, where the session ended before it was asked for.
    """
    provider = saml_provider(slug)
    if "SAMLRequest" in request.GET:
        return _end(request, provider)
    if "SAMLResponse" not in request.GET:
        raise Refusal("bad_request", "Your identity provider sent no message.", status=400)
    notes.info(request, "You have signed out.")
    return HttpResponseRedirect("/")


@never_cache
@require_safe
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead on to the provider: by a page, because what follows a form may lead nowhere else (form-action)."""
    provider = saml_provider(slug)
    try:
        url = signing.loads(request.GET.get("to", ""), salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        raise Refusal("bad_request", "This address is too old, or not whole.", status=400) from None
    return render(request, "accounts/leaving.html", {"provider": provider, "url": url})


def farewell(request: HttpRequest) -> str:
    """Where to lead somebody who signs out: to their provider, when they came from one that wants to know; or nothing.

    To be asked while the session is still there.
    """
    known_as = provider_logins.known_as(request.session)
    provider = _provider(known_as.get("provider", ""))
    if provider is None or not peer(provider).slo_url:
        return ""
    asked = messages.logout_request(
        peer(provider),
        addresses(request, provider),
        name_id=json.loads(known_as["full_name_id"]),
        session_index=known_as["session_index"],
        now=timezone.now(),
    )
    url = redirect.url(peer(provider).slo_url, "SAMLRequest", asked, key=peer(provider).private_key)
    query = urlencode({"to": signing.dumps(url, salt=_SALT)})
    return f"{reverse('accounts:saml_leave', args=[provider.slug])}?{query}"


def _end(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    asked = _believed(request, provider)
    arrivals.use_once(provider, f"logout:{asked.id}", expires_at=asked.expires_at)
    if not asked.session_indexes:
        provider_logins.end(provider, name_id=asked.name_id)
    for index in asked.session_indexes:
        provider_logins.end(provider, name_id=asked.name_id, session_index=index)
    other, ours = peer(provider), addresses(request, provider)
    if not other.slo_url:
        return HttpResponseRedirect("/")
    answer = messages.logout_response(other, ours, answers=asked.id, now=timezone.now())
    state = request.GET.get("RelayState", "")
    return HttpResponseRedirect(
        redirect.url(other.slo_url, "SAMLResponse", answer, relay_state=state, key=other.private_key)
    )


def _believed(request: HttpRequest, provider: IdentityProvider) -> LogoutRequest:
    """The provider's own request. Raises a Refusal (401) for one that it did not sign, or not for us, or not now."""
    other, now = peer(provider), timezone.now()
    try:
        query, certificates = request.META["QUERY_STRING"], valid_at(other.certificates, now)
        message = redirect.read_signed(query, "SAMLRequest", certificates)
        return messages.read_logout_request(message, other, addresses(request, provider), now=now)
    except Unreadable as error:
        raise refusal(str(error)) from error


def _provider(provider_id: str) -> Any:
    tenant = current_tenant()
    if tenant is None or not provider_id:
        return None
    return IdentityProvider.objects.filter(tenant=tenant, pk=provider_id, kind=ProviderKind.SAML).first()
