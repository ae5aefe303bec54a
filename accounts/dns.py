"""The one door to the DNS beyond look-ups of hosts: TXT records, by which a tenant proves a domain to be its own."""

from __future__ import annotations

import dns.exception
import dns.resolver
from django.conf import settings

_SECONDS = 5


class NoAnswer(Exception):
    """The DNS did not answer; that says nothing about the record."""


def texts(name: str) -> list[str]:
    """Return the TXT records that stand at this name, none when there is no such name. Raises NoAnswer."""
    try:
        found = _resolver().resolve(name, "TXT", lifetime=_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise NoAnswer(str(error)) from error
    return [b"".join(record.strings).decode(errors="replace") for record in found]


def _resolver() -> dns.resolver.Resolver:
    """The machine's own resolver, or the servers that the operator names."""
    if not settings.DNS_SERVERS:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in settings.DNS_SERVERS]
    return resolver
