"""How REST framework answers when something is refused: as everything else here does."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.exceptions import APIException, ParseError, Throttled, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.refusals import headers, is_for_clients, oauth_error, problem
from tenants.refusal import Refusal


class StrictJSONParser(JSONParser):
    """JSON of moderate depth whose text can be stored and sent on."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            parsed = super().parse(stream, media_type, parser_context)
            _check_text(parsed)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        return parsed


class SignedInScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers by its base class
    """What the API's description says of who may call."""

    target_class = "exchange.api.SignedIn"
    name = ["session", "token"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:  # noqa: ARG002 - spectacular's signature
        return [
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
            {"type": "http", "scheme": "bearer"},
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:  # noqa: ARG002 - the same
        """Either of the two, or nothing at all: then a guest asks."""
        return [*({name: []} for name in self.name), {}]


class ProblemRenderer(JSONRenderer):
    media_type = "application/problem+json"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    refusal = _as_refusal(error)
    if refusal is None:
        return None
    set_rollback()
    if is_for_clients(context["request"].path):
        content, status = oauth_error(refusal)
        return Response(content, status=status, headers=headers(refusal))
    response = Response(
        problem(refusal), status=refusal.status, headers=headers(refusal), content_type="application/problem+json"
    )
    request = context["request"]
    request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), ProblemRenderer.media_type
    return response


def _as_refusal(error: Exception) -> Refusal | None:
    match error:
        case Refusal():
            found = error
        case Throttled():
            sentence, wait = "You ask too often. Wait a moment and try again.", getattr(error, "wait", None)
            found = Refusal("throttled", sentence, status=429, retry_after=wait or 1)
        case ValidationError():
            found = Refusal("invalid_request", _sentences(error.detail), status=400)
        case APIException():
            found = Refusal(str(error.get_codes()), str(error.detail), status=error.status_code)
        case Http404():
            found = Refusal("not_found", "There is nothing at this address.", status=404)
        case PermissionDenied():
            found = Refusal("forbidden", "You may not do this.", status=403)
        case _:
            return None
    return found


def _sentences(detail: Any, path: str = "") -> str:
    """Flatten REST framework's tree of complaints into “field: what is wrong” sentences."""
    if isinstance(detail, dict):
        return " ".join(_sentences(value, f"{path}.{key}" if path else str(key)) for key, value in detail.items())
    if isinstance(detail, list):
        return " ".join(_sentences(value, path) for value in detail)
    return f"{path.removesuffix('.non_field_errors')}: {detail}"


def _check_text(value: Any) -> None:
    """Refuse NUL and lone surrogates, which neither databases nor UTF-8 can hold."""
    if isinstance(value, str) and ("\x00" in value or any("\ud800" <= character <= "\udfff" for character in value)):
        raise ParseError("The JSON holds text that is not valid Unicode.")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            _check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner)
