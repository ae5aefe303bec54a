"""What an OAuth client may be given here: scopes, grants, and where people are sent back to. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client
from django.core.exceptions import ValidationError

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - a name (RFC 8693, 2.1)
# Lets the holder of a token have AWS credentials, and so chat, in the name of its user.
CHAT = "chime"
SCOPES = {
    "openid": "Know your user id",
    "profile": "Know your name",
    "email": "Know your e-mail address",
    CHAT: "Chat in your name",
}
GRANTS = {
    Client.GrantType.AUTHORIZATION_CODE: "Authorization code, with PKCE",
    Client.GrantType.REFRESH_TOKEN: "Refresh token",
    Client.GrantType.DEVICE_CODE: "Device code: public clients only",
    Client.GrantType.CLIENT_CREDENTIALS: "Client credentials: confidential clients only",
    TOKEN_EXCHANGE: "Token exchange: confidential clients only",
}
_FOR_CONFIDENTIAL = {Client.GrantType.CLIENT_CREDENTIALS, TOKEN_EXCHANGE}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def check_grants(grants: list[str], *, confidential: bool, redirect_uris: list[str]) -> None:
    """Raise ValidationError for grants that such a client can't use."""
    for grant in grants:
        if grant not in GRANTS:
            raise ValidationError({"grants": f"“{grant}” is no grant of this portal."})
    if not confidential and set(grants) & _FOR_CONFIDENTIAL:
        raise ValidationError({"grants": "A client that can't keep a secret has no use for one of these grants."})
    if confidential and Client.GrantType.DEVICE_CODE in grants:
        raise ValidationError({"grants": "Devices can't keep a secret: register a public client for them."})
    if Client.GrantType.AUTHORIZATION_CODE in grants and not redirect_uris:
        raise ValidationError({"redirect_uris": "Say where people are sent back to with their code."})


def is_address(uri: str) -> bool:
    """Tell whether this can be taken apart at all: “http://[” can't."""
    try:
        _ = urlsplit(uri).port
    except ValueError:
        return False
    return True


def check_redirect_uri(uri: str) -> None:
    """Raise ValidationError for a place where a code would not be safe (RFC 9700, 2.1; RFC 8252, section 7)."""
    parts = urlsplit(uri if is_address(uri) else "")
    if not parts.scheme or parts.fragment or "*" in uri:
        raise ValidationError(f"“{uri}” is no complete address, or it has a # or a *.")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return
    if "." not in parts.scheme:
        raise ValidationError(
            f"“{uri}”: use https, http on this machine's own address, or an app's own scheme such as com.example.app."
        )


def check_target(uri: str) -> None:
    """Raise ValidationError for what is no absolute URI without a fragment (RFC 8707, section 2)."""
    parts = urlsplit(uri if is_address(uri) else "")
    if not parts.scheme or not (parts.netloc or parts.path) or parts.fragment:
        raise ValidationError(f"“{uri}” is no absolute URI, such as https://api.example.com or urn:example:api.")
