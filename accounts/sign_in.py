"""The sign-in page: this tenant's ways in and no others, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.views import LoginView

from accounts import kinds
from accounts.browser.errands import confined
from accounts.models import ProviderKind
from accounts.providers import ways_in
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from accounts.models import IdentityProvider
    from tenants.models import Tenant


class SignInView(LoginView):
    """allauth's, which does the rest: the form, its limits and what comes after it."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        tenant = current_tenant()
        ways = ways_in(tenant) if tenant else []
        context: dict[str, Any] = super().get_context_data(**more)
        return context | {
            "takes_passwords": takes_passwords(tenant, ways),
            "providers": [way for way in ways if kinds.goes_by_browser(way)],
            "next": confined(self.request, self.request.POST.get("next") or self.request.GET.get("next", "")),
        }


def takes_passwords(tenant: Tenant | None, ways: list[IdentityProvider]) -> bool:
    """Tell whether there is anybody to ask about a password: the portal itself, or a directory."""
    return tenant is None or tenant.local_passwords or any(way.kind == ProviderKind.LDAP for way in ways)
