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

_FOR_CLIENTS = ("/oauth/token", "/oauth/revoke", "/oauth/device/code", "/oauth/userinfo")
# RFC 6749, section 5.2, RFC 8707, section 2, and RFC 6750, section 3.1.
_OAUTH_CODES = {
    *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"),
    *("invalid_scope", "invalid_target"),
}
_ABOUT_THE_ADDRESS = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
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


def oauth_error(refusal: Refusal) -> tuple[dict[str, Any], int]:
    """Return an error as OAuth clients read it, and its status (RFC 6749, section 5.2; RFC 8693, section 2.2.2)."""
    is_ours = refusal.status >= HTTPStatus.TOO_MANY_REQUESTS
    otherwise = "temporarily_unavailable" if is_ours else "invalid_request"
    content = {
        "error": refusal.code if refusal.code in _OAUTH_CODES else otherwise,
        "error_description": _plain(refusal.sentence),
        "code": refusal.code,
        **refusal.extra,
    }
    kept = is_ours or refusal.code == "invalid_client" or refusal.status in _ABOUT_THE_ADDRESS
    return content, refusal.status if kept else HTTPStatus.BAD_REQUEST


def is_for_clients(path: str) -> bool:
    return path in _FOR_CLIENTS


def _plain(sentence: str) -> str:
    """Keep to the characters that RFC 6749 allows in a description."""
    plain = sentence.translate(dict.fromkeys(map(ord, '“”"\\'), "'"))
    return plain.encode("ascii", "replace").decode()


def headers(refusal: Refusal) -> dict[str, str]:
    found = {"Cache-Control": "no-store"}
    if refusal.retry_after is not None:
        found["Retry-After"] = str(math.ceil(refusal.retry_after))
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        found["WWW-Authenticate"] = "Basic" if refusal.code == "invalid_client" else "Bearer"
    if "exchange_id" in refusal.extra:
        found["X-Exchange-Id"] = refusal.extra["exchange_id"]
    return found


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer as the path's callers expect: programs by JSON, people by a page."""
    if is_for_clients(request.path):
        content, status = oauth_error(refusal)
        return JsonResponse(content, status=status, headers=headers(refusal))
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
