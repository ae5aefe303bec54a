"""Which pages of other origins may call us: those the tenant has named, exactly, and only the exchange."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from corsheaders.signals import check_request_enabled
from django.conf import settings
from django.dispatch import receiver

from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest


@receiver(check_request_enabled)
def is_named_origin(request: HttpRequest, **_: Any) -> bool:
    """Say yes for the exchange's paths alone: a receiver's yes counts whatever CORS_URLS_REGEX says."""
    tenant = current_tenant()
    if tenant is None or not re.match(settings.CORS_URLS_REGEX, request.path):
        return False
    return request.headers.get("Origin") in tenant.origins
