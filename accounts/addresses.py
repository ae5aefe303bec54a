"""Where a tenant's identity providers may live: nobody sets the portal on servers that only the portal can reach.

A tenant's admin names hosts, and the portal connects to them; inside the operator's network that must not lead to other
machines there (OWASP, Server-Side Request Forgery Prevention Cheat Sheet). PRIVATE_PROVIDERS allows it to an operator
whose tenants' providers are in that network.
"""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from tenants.refusal import Refusal

_URL_MAX = 2_000  # characters


def connect(host: str, port: int, *, seconds: float) -> socket.socket:
    """Connect to the very address that was looked at, so that no name can lead elsewhere a moment later.

    Raises OSError (no such host, no answer) or a Refusal (a private address).
    """
    addresses = allowed_addresses(host, port)
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=seconds)
    return socket.create_connection((addresses[-1], port), timeout=seconds)


def allowed_addresses(host: str, port: int) -> list[str]:
    """The host's addresses, all of which may be connected to. Raises OSError (no such host) or a Refusal (private)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host[:100]} is no name of a host") from error
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    if not settings.PRIVATE_PROVIDERS and not all(_is_public(address) for address in addresses):
        sentence = f"{host} is not on the public Internet. Ask the operator of the portal to allow private addresses."
        raise Refusal("private_address", sentence, status=403)
    return addresses


def check_url(url: str) -> None:
    """Accept an absolute https URL; plain http only where providers may be private. Raises ValidationError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    schemes = {"https", "http"} if settings.PRIVATE_PROVIDERS else {"https"}
    plain = parts.scheme in schemes and parts.hostname and not parts.username and not parts.fragment
    if not plain or port == 0 or len(url) > _URL_MAX or any(character.isspace() for character in url):
        raise ValidationError(f"“{url[:100]}” is no address such as https://login.example.com/….")


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return found.is_global and inner.is_global and not found.is_multicast
