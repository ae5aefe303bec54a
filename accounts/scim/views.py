"""SCIM 2.0 at /scim/v2/ of each tenant's host (RFC 7644): the library speaks, Storage reads and writes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from scim2_models import InvalidSyntaxException, SCIMException, UnauthorizedException
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import SCIM_MEDIA_TYPE

from accounts.scim.service import SERVICE, TooManyRequestsException
from accounts.scim.storage import Storage
from accounts.scim.tokens import find_scim_token
from audit.origin import acting, current_origin
from tenants.refusal import Secret
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest
    from scim2_server.responses import ScimResponse

    from accounts.models import SCIMToken
    from tenants.models import Tenant

ROOT = "/scim/v2"
_MINUTE = 60  # seconds


@csrf_exempt  # No browser comes here: who asks is known by a token alone.
@never_cache
def scim(request: HttpRequest, path: str = "") -> HttpResponse:
    tenant = current_tenant()
    if tenant is None:
        raise Http404("SCIM is served at a tenant's host.")
    try:
        answer = _answer(request, tenant, path)
    except SCIMException as error:
        answer = SERVICE.error_response(error)
        if isinstance(error, TooManyRequestsException):
            answer.headers["Retry-After"] = str(_MINUTE - int(time.time()) % _MINUTE)
    return _as_http(answer)


def _answer(request: HttpRequest, tenant: Tenant, path: str) -> ScimResponse:
    token = _token_of(request, tenant)
    _demand_room(token)
    asked = ScimRequest(
        method=request.method or "",
        base_url=f"{request.scheme}://{request.get_host()}{ROOT}",
        path=f"/{path}",
        query={name: value for name, value in request.GET.items() if isinstance(value, str)},
        headers=dict(request.headers),
        body=request.body,
    )
    _check_text(asked)
    with acting(replace(current_origin(), actor_id=token.pk)):
        return ScimHandler(SERVICE, Storage(token)).handle(asked)


def _token_of(request: HttpRequest, tenant: Tenant) -> SCIMToken:
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    is_bearer = scheme.lower() == "bearer"
    token = find_scim_token(tenant, Secret(presented.strip()), now=timezone.now()) if is_bearer else None
    if token is None:
        raise UnauthorizedException(detail="Send a good SCIM token of this tenant: “Authorization: Bearer cis_…”.")
    return token


def _demand_room(token: SCIMToken) -> None:
    """Count one request of a token. Raises TooManyRequestsException when there were too many in this minute."""
    key = f"scim:{token.prefix}:{time.time() // _MINUTE:.0f}"
    cache.add(key, 0, timeout=2 * _MINUTE)
    if cache.incr(key) > settings.SCIM_REQUESTS_PER_MINUTE:
        raise TooManyRequestsException


def _check_text(asked: ScimRequest) -> None:
    """Refuse NUL, which no database holds: JSON can only write it as an escape."""
    if b"\\u0000" in asked.body or any(
        "\x00" in text or "\\u0000" in text for text in (asked.path, *asked.query.values())
    ):
        raise InvalidSyntaxException(detail="There is a NUL character in what you sent. Leave it out.")


def _as_http(answer: ScimResponse) -> HttpResponse:
    if answer.body is None:
        response = HttpResponse(status=answer.status)
    else:
        response = JsonResponse(answer.body, status=answer.status, content_type=SCIM_MEDIA_TYPE)
    for name, value in answer.headers.items():
        response[name] = value
    return response
