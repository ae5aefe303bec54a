from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404
from django.http.request import split_domain_port

from tenants.models import Tenant
from tenants.prepared import Prepared
from tenants.scope import scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


# With its AWS link: nearly every request of an app asks for it.
_AT_HOST = Prepared(
    lambda host: Tenant.objects.filter(domains__host=host, is_active=True).select_related("aws_link").order_by(),
    host=str,
)


class UnknownTenant(Http404):
    """Nobody lives at this host."""


class TenantMiddleware:
    """Exact host -> tenant, scope open; it stands before authentication, so another tenant's session is nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.tenant = None  # type: ignore[attr-defined] # For the templates; code asks tenants.scope.
        request.tenant = tenant = _tenant_at(host_of(request))  # type: ignore[attr-defined]
        with scope(tenant):
            return self.get_response(request)


def host_of(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


def _tenant_at(host: str) -> Tenant | None:
    """Return the tenant, or None for the operator's own hosts; a closed tenant is as unknown as any other."""
    if host in settings.OPERATOR_HOSTS:
        return None
    tenant = _AT_HOST.first(host=host)
    if tenant is None:
        raise UnknownTenant("Nobody lives at this address. Check the address, or ask who gave it to you.")
    return tenant
