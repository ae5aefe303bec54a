"""Where a tenant's identity providers may live: nobody sets the portal on servers that only the portal can reach.

A tenant's admin names hosts, and the portal connects to them; inside the operator's network that must not lead to other
machines there (OWASP, Server-Side Request Forgery Prevention Cheat Sheet). PRIVATE_PROVIDERS allows it to an operator
whose tenants' providers are in that network.
"""

from __future__ import annotations

import ipaddress
import socket

from django.conf import settings

from tenants.refusal import Refusal


def allowed_addresses(host: str, port: int) -> list[str]:
    """The host's addresses, all of which may be connected to. Raises OSError (no such host) or a Refusal (private)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    if not settings.PRIVATE_PROVIDERS and not all(_is_public(address) for address in addresses):
        sentence = f"{host} is not on the public Internet. Ask the operator of the portal to allow private addresses."
        raise Refusal("private_address", sentence, status=403)
    return addresses


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return found.is_global and inner.is_global and not found.is_multicast
