"""allauth's hooks for providers reached by a browser: it speaks the protocol, we say who somebody is.

None of allauth's own rows about social accounts is ever written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.shortcuts import redirect
from django.utils import timezone

from accounts import arrivals, claims, kinds
from accounts.models import User
from accounts.providers import find_provider, ways_in
from tenants.refusal import Refusal
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialApp, SocialLogin
    from django.http import HttpRequest

    from accounts.models import IdentityProvider


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The switched-on providers of this host's tenant; `provider` is a kind of allauth's or a short name."""
        tenant = current_tenant()
        apps = [kinds.app(one) for one in ways_in(tenant) if kinds.is_social(one)] if tenant else []
        apps = [app for app in apps if provider in (None, app.provider, app.provider_id)]
        return [app for app in apps if client_id in (None, app.client_id)]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """Go on with our own user. What the kind has checked stands in the account's extra_data."""
        provider = _provider_of(sociallogin)
        said = claims.read(sociallogin.account.extra_data, kinds.attribute_map(provider))
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(_connect(request, provider, said))
        user = arrivals.welcome(provider, said, now=timezone.now())
        record_authentication(request, user, "socialaccount", provider=provider.slug, uid=said.subject)
        raise ImmediateHttpResponse(
            perform_login(request, user, email_verification="none", redirect_url=sociallogin.get_redirect_url(request))
        )


def _provider_of(sociallogin: SocialLogin) -> IdentityProvider:
    tenant = current_tenant()
    if tenant is None:
        raise Refusal("unknown_provider", "There is no such identity provider.", status=404)
    return find_provider(tenant, sociallogin.provider.app.provider_id)


def _connect(request: HttpRequest, provider: IdentityProvider, said: claims.Claims) -> Any:
    """Tie the account to whoever is signed in: so both sides are proved."""
    if not isinstance(request.user, User):
        raise Refusal("not_signed_in", "Sign in first.", status=401)
    arrivals.link(request.user, provider, said)
    return redirect("accounts:ways_in")
