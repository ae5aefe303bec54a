"""Where a browser leaves for a provider, and the page on which somebody sees their ways in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import arrivals
from accounts.browser import openid, saml
from accounts.browser.doors import provider_here
from accounts.browser.errands import Purpose
from accounts.models import Identity, IdentityProvider, ProviderKind
from accounts.providers import find_provider
from accounts.views import member

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@never_cache
@require_POST
def depart(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign in by a provider; `next` is where to go then."""
    provider = provider_here(slug)
    find_provider(provider.tenant, slug)
    return leave(request, provider, Purpose.SIGN_IN, request.POST.get("next", ""))


@login_required
@never_cache
@require_POST
def connect(request: HttpRequest, slug: str) -> HttpResponse:
    """Tie an account at a provider to whoever is signed in."""
    _, tenant = member(request)
    provider = provider_here(slug)
    return leave(request, find_provider(tenant, provider.slug), Purpose.LINK)


def leave(request: HttpRequest, provider: IdentityProvider, purpose: Purpose, next_url: str = "") -> HttpResponse:
    """Lead to the provider by a page of our own: a form's answer may not lead to other hosts (form-action 'self')."""
    speaks = saml if provider.kind == ProviderKind.SAML else openid
    url = speaks.departure(request, provider, purpose, next_url)
    return render(request, "accounts/leaving.html", {"provider": provider, "url": url})


@login_required
@never_cache
@require_safe
def ways_in(request: HttpRequest) -> HttpResponse:
    """Show the accounts at providers that are tied to this user, and those that could be."""
    user, tenant = member(request)
    mine = Identity.objects.filter(tenant=tenant, user=user).select_related("provider")
    tied = {identity.provider_id for identity in mine}
    others = IdentityProvider.objects.filter(tenant=tenant, is_enabled=True).exclude(kind="ldap").exclude(pk__in=tied)
    return render(request, "accounts/ways_in.html", {"identities": mine, "others": others})


@login_required
@require_POST
def disconnect(request: HttpRequest, identity_id: UUID) -> HttpResponse:
    user, _ = member(request)
    arrivals.unlink(user, identity_id)
    messages.success(request, "It is none of your ways in any more.")
    return redirect("accounts:ways_in")
