"""What a client asks of the token exchange, read and bounded (RFC 8693, section 2.1). Pure."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.proofs import assertion, id_token
from exchange.bearer import kind_of
from tenants.refusal import Refusal, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPE = "urn:ietf:params:oauth:token-type:"
ACCESS_TOKEN, JWT, ID_TOKEN, SAML2 = (_TYPE + name for name in ("access_token", "jwt", "id_token", "saml2"))
# Temporary credentials as AWS itself describes the type.
AWS_CREDENTIALS = "https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html"
_SHOWN = (ACCESS_TOKEN, JWT, ID_TOKEN, SAML2)
_GIVEN = (ACCESS_TOKEN, JWT, AWS_CREDENTIALS)
_ONCE = (
    *("grant_type", "scope", "requested_token_type", "subject_token", "subject_token_type"),
    *("actor_token", "actor_token_type", "client_id", "client_secret", "duration_seconds"),
)
_MANY = ("resource", "audience")


@dataclass(frozen=True, slots=True)
class Shown:
    """A token that a client shows, and which kind of proof it is; nobody has checked it."""

    kind: str
    value: Secret


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """`targets` are resources and audiences; `scopes` None means: what may be had."""

    subject: Shown
    actor: Shown | None
    requested_type: str
    targets: list[str]
    scopes: list[str] | None
    duration_seconds: int | None


def read(given: Mapping[str, list[str]], *, issuer: str) -> TokenRequest:
    """Read a request's parameters. Raises a Refusal (400) for each that is missing, unknown or unsupported."""
    for name in given:
        if name not in (*_ONCE, *_MANY):
            raise _invalid(f"“{name[:40]}” is no parameter of the token exchange.")
    once = {name: given[name][-1] for name in _ONCE if given.get(name) and given[name][-1]}
    requested = once.get("requested_token_type", ACCESS_TOKEN)
    if requested not in _GIVEN:
        raise _invalid(f"requested_token_type is none of {', '.join(_GIVEN)}.")
    subject = _shown(once, "subject_token", issuer)
    if subject is None:
        raise _invalid("Send a subject_token.")
    targets = [value for name in _MANY for value in given.get(name, []) if value]
    scopes = once["scope"].split() if "scope" in once else None
    actor = _shown(once, "actor_token", issuer)
    return TokenRequest(subject, actor, requested, targets, scopes, _duration(once, requested))


def _shown(once: Mapping[str, str], name: str, issuer: str) -> Shown | None:
    value, of_type = once.get(name), once.get(f"{name}_type")
    if value is None and of_type is None:
        return None
    if value is None or of_type is None:
        raise _invalid(f"{name} and {name}_type come together or not at all.")
    if of_type not in _SHOWN:
        raise _invalid(f"{name}_type is none of {', '.join(_SHOWN)}.")
    return _as_proof(value.strip(), of_type, issuer)


def _as_proof(value: str, of_type: str, issuer: str) -> Shown:
    if of_type == SAML2:
        return Shown(assertion.KIND, Secret(_standard_base64(value)))
    if of_type == ID_TOKEN:
        return Shown(id_token.KIND, Secret(value))
    return Shown(kind_of(Secret(value), issuer), Secret(value))


def _standard_base64(value: str) -> str:
    """The type saml2 is Base64url (RFC 8693, section 3); a browser would have posted plain Base64."""
    try:
        return base64.b64encode(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))).decode()
    except (binascii.Error, ValueError) as error:
        raise _invalid("A token of the type saml2 is Base64url.") from error


def _duration(once: Mapping[str, str], requested: str) -> int | None:
    text = once.get("duration_seconds")
    if text is None:
        return None
    if requested != AWS_CREDENTIALS:
        raise _invalid("duration_seconds is for AWS credentials only.")
    if not (text.isascii() and text.isdecimal() and len(text) < 6):  # noqa: PLR2004 - 43,200 is the longest
        raise _invalid("duration_seconds is no number of seconds up to 43200.")
    return int(text)


def _invalid(sentence: str) -> Refusal:
    return Refusal("invalid_request", sentence, status=400)
