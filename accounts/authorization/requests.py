"""What a request to the OpenID provider must look like before anything else is made of it (RFC 6749, 3.1 and 3.2)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from allauth.idp.oidc.models import Client

from accounts.authorization.grants import is_address
from accounts.models import ClientRegistration
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

# Only these may come more than once: RFC 8693, section 2.1, RFC 8707, section 2, and the consent page.
_MANY = {"resource", "audience", "scopes"}
_ADDRESSES = {"resource", "redirect_uri", "post_logout_redirect_uri"}
# As they are given out: anything else would become a strange key of the cache.
_CODES = {name: re.compile(r"[\w.~-]{0,200}") for name in ("code", "device_code")}
_VALUE_MAX = 120_000  # characters: a SAML response is the longest that there is


def check_parameters(request: HttpRequest) -> None:
    """Raise a Refusal (400) for a parameter that comes twice or that no client would send."""
    for given in (request.GET, request.POST):
        for name in given:
            _check(given, name)


def _check(given: QueryDict, name: str) -> None:
    values = given.getlist(name)
    if len(values) > 1 and name not in _MANY:
        raise Refusal("invalid_request", f"Send the parameter “{name[:40]}” only once.", status=400)
    if any("\0" in value or len(value) > _VALUE_MAX for value in values):
        raise Refusal("invalid_request", f"The parameter “{name[:40]}” is too long or no text.", status=400)
    if name in _CODES and not all(map(_CODES[name].fullmatch, values)):
        raise Refusal("invalid_grant", f"This {name} was never given to anybody.", status=400)
    if name == "claims" and not all(map(_is_object, values)):
        raise Refusal("invalid_request", "The parameter “claims” is no JSON object.", status=400)
    if name in _ADDRESSES and not all(map(is_address, values)):
        raise Refusal("invalid_target", f"The parameter “{name}” is no address.", status=400)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text or "{}"), dict)
    except (ValueError, RecursionError):
        return False


def client_asking(request: HttpRequest) -> ClientRegistration | None:
    """The client that a request names, which has proved nothing yet."""
    given = request.POST if request.method == "POST" else request.GET
    client_id = basic_credentials(request)[0] or given.get("client_id", "")
    return ClientRegistration.objects.filter(client=client_id).select_related("client").first()


def authenticate_client(request: HttpRequest) -> ClientRegistration:
    """Return the confidential client that proves itself by its secret (RFC 6749, 2.3.1). Raises a Refusal (401)."""
    name, secret = basic_credentials(request)
    if name and (request.POST.get("client_secret") or request.POST.get("client_id", name) != name):
        raise Refusal("invalid_request", "Authenticate in one way only, and as one client.", status=400)
    registration = client_asking(request)
    secret = secret or request.POST.get("client_secret", "")
    known = registration is not None and registration.client.type == Client.Type.CONFIDENTIAL
    if registration is None or not known or not registration.client.check_secret(secret):
        raise Refusal("invalid_client", "No confidential client of this tenant has this id and secret.", status=401)
    return registration


def basic_credentials(request: HttpRequest) -> tuple[str, str]:
    """The id and the secret of HTTP Basic authentication, or two empty texts (RFC 6749, 2.3.1)."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)
