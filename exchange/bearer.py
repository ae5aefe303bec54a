"""The bearer value as the clients of AWS's sample send it: raw (iOS, Android) or Base64 of the text (browser). Pure."""

from __future__ import annotations

import base64
import binascii

from accounts.proofs import access_token, id_token, oidc, token
from tenants.refusal import Refusal, Secret

_DOTS = 2  # RFC 7519, section 3: three parts
# What the sample's clients send when nobody typed a token, white space aside.
_ASKS_FOR_GUEST = {"{defaultsTo:'anonymousAccess'}", "{defaultsTo:'anonymousAccess',}"}


def kind_of(value: Secret, origin: str) -> str:
    """Tell by its form what a bearer shows: a JSON Web Token has two dots, an API token none; `iss` says whose."""
    if value.reveal().count(".") != _DOTS:
        return token.KIND
    try:
        issuer = oidc.unverified_parties(value.reveal()).issuer
    except Refusal:  # It is nobody's, and is refused as such when it is verified.
        issuer = ""
    return access_token.KIND if issuer == origin else id_token.KIND


def bearer_token(header: str) -> Secret | None:
    """Return the token of an Authorization header (RFC 6750, 2.1), or None when it says "a guest".

    Raises a Refusal for any other scheme and for an empty value: a broken header never makes somebody a guest.
    """
    scheme, _, value = header.strip().partition(" ")
    value = value.strip()
    if scheme.lower() != "bearer" or not value:
        raise Refusal("unusable_authorization", "Send the header as “Authorization: Bearer <token>”.", status=401)
    text = value if value.startswith("cip_") else _decoded(value) or value
    return None if "".join(text.split()) in _ASKS_FOR_GUEST else Secret(text)


def container_token(header: str) -> Secret:
    """Return the token of an AWS SDK, whose whole header is what AWS_CONTAINER_AUTHORIZATION_TOKEN holds.

    So it may have been left without “Bearer”. Raises a Refusal when there is no token: such callers are never guests.
    """
    value = Secret(header.strip()) if header.strip().startswith("cip_") else bearer_token(header)
    if value is None:
        raise Refusal("unusable_authorization", "Send the header as “Authorization: Bearer <token>”.", status=401)
    return value


def _decoded(value: str) -> str | None:
    """Decode standard or URL-safe Base64, padded or not; None when it is neither."""
    standard = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True).decode("latin-1")
    except (binascii.Error, ValueError):
        return None
