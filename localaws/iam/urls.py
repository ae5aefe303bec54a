"""Addresses of identity providers.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from __future__ import annotations

from urllib.parse import urlsplit

THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def is_issuer(url: str) -> bool:
    """https, without port, query and fragment. On this machine a port and plain http will do."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    at_home = is_at_home(url)
    plain = not (parts.query or parts.fragment or parts.username or parts.password) and url.isascii()
    return bool(host) and plain and is_fetchable(url) and (port is None or at_home)


def is_fetchable(url: str) -> bool:
    """Nothing that decides who somebody is comes over a network in the clear."""
    scheme = url.partition("://")[0]
    return scheme == "https" or (scheme == "http" and is_at_home(url))


def is_at_home(url: str) -> bool:
    try:
        return urlsplit(url).hostname in THIS_MACHINE
    except ValueError:
        return False
