"""Which pages of other origins may call us: those the tenant has named, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corsheaders.signals import check_request_enabled
from django.dispatch import receiver

from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest


@receiver(check_request_enabled)
def is_named_origin(request: HttpRequest, **_: Any) -> bool:
    tenant = current_tenant()
    return tenant is not None and request.headers.get("Origin") in tenant.origins
