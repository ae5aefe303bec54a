"""Browsers that come from SAML providers, and what the portal tells those of itself (SAML Profiles, section 4.1)."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import structlog
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import arrivals
from accounts.browser import errands, parcels
from accounts.browser.doors import provider_here
from accounts.browser.entrance import arrive, turned_away
from accounts.kinds.saml import peer
from accounts.models import ProviderKind
from accounts.proofs.saml import Assertion, check_asked, refusal, verify
from accounts.saml import keys, messages, metadata, redirect
from accounts.saml.addresses import addresses as addresses_at
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.browser.errands import Errand, Purpose
    from accounts.kinds.saml import Addresses
    from accounts.models import IdentityProvider

log = structlog.get_logger(__name__)

# Ours is an errand's id; what a provider sends of its own accord is not looked at.
_RELAY_STATE_MAX = 80  # bytes (SAML Bindings, section 3.5.3)


def departure(request: HttpRequest, provider: IdentityProvider, purpose: Purpose, next_url: str) -> str:
    """Where to send this browser, with the request that the provider shall answer."""
    other, request_id = peer(provider), messages.new_id()
    errand = errands.begin(request, provider, purpose, next_url=next_url, request_id=request_id)
    asked = messages.authn_request(other, addresses(request, provider), request_id=request_id, now=timezone.now())
    key = other.private_key if other.sign_requests else ""
    return redirect.url(other.sso_url, "SAMLRequest", asked, relay_state=errand.id, key=key)


@csrf_exempt
@never_cache
@require_POST
def acs(request: HttpRequest, slug: str) -> HttpResponse:
    """Check what a provider lets a browser post. It came without our cookie, so the rest is done in finish()."""
    provider = saml_provider(slug)
    parcel = {"provider": str(provider.pk), "relay_state": request.POST.get("RelayState", "")[: _RELAY_STATE_MAX + 1]}
    try:
        ours = addresses(request, provider)
        found = verify(request.POST.get("SAMLResponse", ""), peer(provider), ours, now=timezone.now())
        parcel["assertion"] = json.dumps(asdict(found), default=datetime.isoformat)
    except Refusal as refused:
        parcel["refused"] = " ".join(getattr(refused, "__notes__", []))
        log.info("saml_refused", provider=str(provider.pk), reason=parcel["refused"])
    answer = HttpResponse(status=HTTPStatus.SEE_OTHER)
    answer["Location"] = f"{_url('finish', provider)}?{urlencode({'parcel': parcels.leave(parcel)})}"
    return answer


@never_cache
@require_safe
def finish(request: HttpRequest, slug: str) -> HttpResponse:
    """Take up again, with the cookies, what acs() was given: once, and only for the browser that asked for it."""
    provider = saml_provider(slug)
    parcel = parcels.fetch(request.GET.get("parcel", ""))
    if parcel.get("provider") != str(provider.pk):
        raise _lost()
    errand = _errand(request, provider, parcel["relay_state"])
    try:
        found = _opened(parcel)
        check_asked(found, peer(provider), request_id=errand.kept.get("request_id", ""), now=timezone.now())
        arrivals.use_once(provider, f"assertion:{found.id}", expires_at=found.expires_at)
        return arrive(request, provider, found.told, errand, session=_known_as(found))
    except Refusal as refused:
        return turned_away(request, provider, errand, refused)


@require_safe
def show_metadata(request: HttpRequest, slug: str) -> HttpResponse:
    provider = saml_provider(slug)
    content = metadata.write(peer(provider), addresses(request, provider), now=timezone.now())
    return HttpResponse(content, content_type="application/samlmetadata+xml")


def facts(request: HttpRequest, provider: IdentityProvider) -> list[tuple[str, str]]:
    """What the provider has to be told of the portal, and what its admin should know of the provider."""
    ours = addresses(request, provider)
    return [
        ("Metadata", ours.entity_id),
        ("Entity ID (audience)", ours.entity_id),
        ("Reply URL (assertion consumer service)", ours.acs_url),
        ("Single logout URL", ours.sls_url),
        *[("Its signing certificate", keys.describe(one)) for one in peer(provider).certificates],
        *[("Attention", sentence) for sentence in warnings(provider)],
    ]


def warnings(provider: IdentityProvider) -> list[str]:
    """A sentence for each certificate that has expired or soon will."""
    return keys.warnings(peer(provider).certificates, now=timezone.now())


def addresses(request: HttpRequest, provider: IdentityProvider) -> Addresses:
    return addresses_at(f"{request.scheme}://{request.get_host()}", provider)


def saml_provider(slug: str) -> IdentityProvider:
    """Raises a Refusal (404) for a provider that is not of this kind."""
    provider = provider_here(slug)
    if provider.kind != ProviderKind.SAML:
        raise Refusal("unknown_provider", "There is no such identity provider.", status=404)
    return provider


def _errand(request: HttpRequest, provider: IdentityProvider, relay_state: str) -> Errand:
    """The errand that this comes back from; or nobody's, where the tenant lets sign-in begin at the provider."""
    try:
        return errands.finish(request, provider, relay_state)
    except Refusal as refused:
        if not peer(provider).allow_unsolicited:
            raise _lost() from refused
    return errands.unasked(request, provider)


def _opened(parcel: dict[str, str]) -> Assertion:
    """What acs() believed. Raises a Refusal for what it did not."""
    if "assertion" not in parcel:
        raise refusal(parcel["refused"])
    values = json.loads(parcel["assertion"])
    return Assertion(**values | {"expires_at": datetime.fromisoformat(values["expires_at"])})


def _known_as(found: Assertion) -> dict[str, str]:
    """How the provider will call this login when it ends it, and how we must call it (accounts/browser/saml_logout)."""
    name = json.dumps(found.name_id)
    return {"name_id": found.name_id["value"], "full_name_id": name, "session_index": found.session_index}


def _url(name: str, provider: IdentityProvider) -> str:
    return reverse(f"accounts:saml_{name}", args=[provider.slug])


def _lost() -> Refusal:
    sentence = (
        "This sign-in was not begun here in this browser, or too long ago, or it is over already. Start again here."
    )
    return Refusal("sign_in_lost", sentence, status=400)
