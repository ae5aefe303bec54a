"""The sign-in page: this tenant's ways in and no others, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import kinds
from accounts.browser.errands import Purpose, confined
from accounts.browser.views import leave
from accounts.domains import any_leads, provider_for
from accounts.models import ProviderKind
from accounts.passwords import passwords_off, takes_own
from accounts.providers import ways_in
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import IdentityProvider
    from tenants.models import Tenant


class SignInView(LoginView):
    """allauth's, which does the rest: the form, its limits and what comes after it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises a Refusal (403) where nobody takes passwords, for a page that has been open for long."""
        tenant = current_tenant()
        if tenant and not tenant.local_passwords and not takes_passwords(tenant, ways_in(tenant)):
            raise passwords_off()
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        tenant = current_tenant()
        ways = ways_in(tenant) if tenant else []
        context: dict[str, Any] = super().get_context_data(**more)
        return context | {
            "takes_passwords": takes_passwords(tenant, ways),
            "finds_by_address": tenant is not None and bool(ways) and any_leads(tenant),
            "providers": [way for way in ways if kinds.goes_by_browser(way)],
            "next": confined(self.request, self.request.POST.get("next") or self.request.GET.get("next", "")),
        }


@never_cache
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Lead an address of a domain that a tenant has proved to its provider; all others hear one and the same thing.

    What is looked at is the domain alone, so nobody learns whether there is such a user.
    """
    tenant, next_url = current_tenant(), confined(request, request.POST.get("next", ""))
    provider = provider_for(tenant, request.POST.get("email", "")) if tenant else None
    if provider and kinds.goes_by_browser(provider):
        return leave(request, provider, Purpose.SIGN_IN, next_url)
    told = "Sign in with your user name and password." if provider else "That address has no way in of its own."
    messages.info(request, told)
    page = reverse("account_login")
    return redirect(f"{page}?{urlencode({'next': next_url})}" if next_url else page)


def takes_passwords(tenant: Tenant | None, ways: list[IdentityProvider]) -> bool:
    """Tell whether there is anybody to ask about a password: the portal itself, or a directory."""
    return takes_own(tenant) or any(way.kind == ProviderKind.LDAP for way in ways)
