"""The one place where a "no" becomes an answer: a problem document for programs, a page for people."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from tenants.failures import Failure, refusal_of
from tenants.middleware import UnknownTenant
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

_FOR_PROGRAMS = ("/api/", "/.well-known/", "/creds", "/scim/", "/healthz", "/readyz")


def problem(refusal: Refusal) -> dict[str, Any]:
    """Return a problem document (RFC 9457); its codes are listed in docs/errors.md and never change."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.sentence,
        "code": refusal.code,
        **refusal.extra,
    }


def headers(refusal: Refusal) -> dict[str, str]:
    found = {"Cache-Control": "no-store"}
    if refusal.retry_after is not None:
        found["Retry-After"] = str(math.ceil(refusal.retry_after))
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        found["WWW-Authenticate"] = "Bearer"
    if "exchange_id" in refusal.extra:
        found["X-Exchange-Id"] = refusal.extra["exchange_id"]
    return found


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer as the path's callers expect: programs by JSON, people by a page."""
    if request.path.startswith(_FOR_PROGRAMS):
        return JsonResponse(
            problem(refusal), status=refusal.status, content_type="application/problem+json", headers=headers(refusal)
        )
    page = render(request, "refusal.html", problem(refusal) | {"sentence": refusal.sentence}, status=refusal.status)
    for name, value in headers(refusal).items():
        page[name] = value
    return page


class RefusalMiddleware:
    """Render a Refusal that a view let through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ValidationError):  # What a form did not see and a service did.
            exception = Refusal("invalid_value", " ".join(exception.messages), status=400)
        if isinstance(exception, Failure):
            exception = refusal_of(exception)
        return refused(request, exception) if isinstance(exception, Refusal) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return refused(request, Refusal("bad_request", "The request can't be read. Check it and try again.", status=400))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return refused(request, Refusal("forbidden", "You may not do this.", status=403))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, UnknownTenant):
        return refused(request, Refusal("unknown_tenant", str(exception), status=404))
    return refused(request, Refusal("not_found", "There is nothing at this address.", status=404))


def server_error(request: HttpRequest) -> HttpResponse:
    sentence = "Something went wrong on our side and was written down. Try again later."
    refusal = Refusal("server_error", sentence, status=500)
    try:
        return refused(request, refusal)
    except Exception:  # noqa: BLE001 - what broke the page asked for may break this page, too: then say it plainly
        return HttpResponse(sentence, status=500, content_type="text/plain; charset=utf-8", headers=headers(refusal))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    sentence = "This form was open for too long or came from elsewhere. Go back, reload the page and send it again."
    return refused(request, Refusal("csrf_failed", sentence, status=403))
