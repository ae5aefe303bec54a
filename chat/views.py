from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenants.services import browser_endpoints

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


@login_required
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """Show the page where people talk; its script may reach this portal and the tenant's AWS, nothing else."""
    tenant = getattr(request, "tenant", None)
    if tenant is None:
        raise Http404("People chat at the address of their own tenant.")
    show = partial(render, template_name="chat/chat.html", context={"configuration": _configuration(request)})
    return csp_update({"connect-src": [SELF, *browser_endpoints(tenant)]})(show)(request)


def _configuration(request: HttpRequest) -> dict[str, str]:
    return {"exchange": reverse("exchange:exchange"), "csrfToken": get_token(request)}
