"""Each request gets an id, an origin for the audit trail, a bound on its size, and one line in the log."""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.conf import settings
from structlog import get_logger
from structlog.contextvars import bound_contextvars, get_contextvars

from audit.origin import Origin, acting
from portal.refusals import refused
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

log = get_logger()

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_MAILED_KEY = re.compile(r"(/password/reset/key/|/confirm-email/)[^/]+")


class RequestLogMiddleware:
    """Take over a caller's X-Request-Id, or make one; give it back; log the request when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        began = time.monotonic()
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            log.info(
                "request",
                method=request.method,
                host=request.headers.get("Host", ""),
                path=_shown_path(request),
                status=response.status_code,
                ms=round((time.monotonic() - began) * 1000),
            )
        response["X-Request-Id"] = request_id
        return response


class BodyLimitMiddleware:
    """Refuse a body above the limit by its announced length, before anything reads it.

    A body without a length (RFC 9112, 7.1: chunked) would reach Django as an empty one, so it is refused, too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.headers.get("Content-Length") or "0"
        if "Transfer-Encoding" in request.headers:
            return refused(request, Refusal("length_required", "Send the body with a Content-Length.", status=411))
        if not length.isdecimal() or len(length) > len(str(limit)) or int(length) > limit:
            return refused(
                request, Refusal("body_too_large", f"The request's body is larger than {limit} bytes.", status=413)
            )
        return self.get_response(request)


class OriginMiddleware:
    """Bind who acts and from where, for whatever this request will write into the audit trail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origin = Origin(
            actor_id=request.user.pk if request.user.is_authenticated else None,
            address=get_adapter(request).get_client_ip(request),
            agent=request.headers.get("User-Agent", "")[:200],
            request_id=get_contextvars()["request_id"],
        )
        with acting(origin):
            return self.get_response(request)


def _shown_path(request: HttpRequest) -> str:
    """Return the path without the key of a link that was mailed to somebody: it would let its reader in.

    Also where no view is found for it: a mail program may have cut the last slash off, and Django leads to the rest.
    """
    return _MAILED_KEY.sub(r"\1***", request.path)
