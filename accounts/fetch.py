"""The one door for outgoing HTTP: what identity providers publish, and what they are asked.

An address is looked at before it is connected to (accounts/addresses.py), nothing leads on to another one, and neither
a long nor a slow answer holds anybody up.
"""

from __future__ import annotations

import json
import ssl
import time
from functools import cache as once
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import structlog
import urllib3
from django.core.cache import cache
from django.core.exceptions import ValidationError
from urllib3.connection import HTTPConnection, HTTPSConnection

from accounts.addresses import check_url, connect
from tenants.refusal import Refusal

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

log = structlog.get_logger(__name__)

MOST_BYTES = 1_000_000
_SECONDS, _SECONDS_IN_ALL = 5, 10
_CHUNK = 16_384
# Seconds for which a server that did not answer is left alone, so that it makes few people wait.
_SECONDS_DOWN = 15


def get(url: str, *, most_bytes: int = MOST_BYTES, bearer: str = "") -> bytes:
    """Return what stands at `url`. Raises a Refusal (503), with the reason as a note, when it can't be had."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    status, content = _ask("GET", url, headers=headers, most_bytes=most_bytes)
    if status != HTTPStatus.OK:
        raise misconfigured(f"{url} answers {status}.")
    return content


def get_json(url: str, *, bearer: str = "") -> dict[str, Any]:
    """Return the JSON object that stands at `url`. Raises a Refusal (503) as get() does."""
    return _object(url, get(url, bearer=bearer))


def post_form(url: str, fields: Mapping[str, str], *, basic: str = "") -> tuple[int, dict[str, Any]]:
    """Post a form; return the status and the JSON object that came back. Raises a Refusal (503)."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    headers |= {"Authorization": f"Basic {basic}"} if basic else {}
    status, content = _ask("POST", url, headers=headers, body=urlencode(fields))
    return status, _object(url, content)


def unreachable(reason: str) -> Refusal:
    sentence = "Your identity provider can't be reached at the moment. Try again in a minute."
    return _told(Refusal("provider_unreachable", sentence, status=503, retry_after=30), reason)


def misconfigured(reason: str) -> Refusal:
    log.warning("provider_misconfigured", reason=reason)
    sentence = "This way in is not set up right. Tell your admin."
    return _told(Refusal("provider_misconfigured", sentence, status=503, retry_after=300), reason)


def _ask(
    method: str, url: str, *, headers: dict[str, str], body: str | None = None, most_bytes: int = MOST_BYTES
) -> tuple[int, bytes]:
    try:
        check_url(url)
    except ValidationError as error:
        raise misconfigured(error.messages[0]) from error
    origin = "://".join(urlsplit(url)[:2])
    if cache.get(f"provider-down:{origin}"):
        raise unreachable(f"{origin} did not answer a moment ago.")
    try:
        answer = _pool().request(method, url, body=body, headers={"User-Agent": "portal", **headers})
        return answer.status, _read(answer, url, most_bytes)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        log.warning("provider_unreachable", origin=origin, error=type(error).__name__)
        cache.set(f"provider-down:{origin}", value=True, timeout=_SECONDS_DOWN)
        raise unreachable(f"{origin} {_why(error)}") from error


def _read(answer: Any, url: str, most_bytes: int) -> bytes:
    """Read to the end, unless it is too far or too long away."""
    until = time.monotonic() + _SECONDS_IN_ALL
    content = b""
    with answer:
        for chunk in answer.stream(_CHUNK):
            content += chunk
            if len(content) > most_bytes:
                raise misconfigured(f"{url} answers with more than {most_bytes} bytes.")
            if time.monotonic() > until:
                raise TimeoutError(f"no end after {_SECONDS_IN_ALL} seconds")
    return content


def _why(error: Exception) -> str:
    """What went wrong, in the words of whoever met it first: urllib3 packs each failure into its own."""
    while error.args and isinstance(error.args[-1], Exception):
        error = error.args[-1]
    told = getattr(error, "strerror", None) or str(error)
    if isinstance(error, urllib3.exceptions.SSLError | ssl.SSLError):
        return f"shows a certificate that this machine does not trust ({told})."
    return f"does not answer ({told})."


def _object(url: str, content: bytes) -> dict[str, Any]:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise misconfigured(f"{url} answers with something that is not JSON.") from error
    if not isinstance(read, dict):
        raise misconfigured(f"{url} answers with JSON that is no object.")
    return read


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return connect(self.host, self.port, seconds=_SECONDS)


class _Encrypted(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return connect(self.host, self.port or 443, seconds=_SECONDS)


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _EncryptedPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Encrypted


class _Pool(urllib3.PoolManager):
    """Connections by our own hands; no redirect is followed, nothing is tried twice."""

    def __init__(self) -> None:
        super().__init__(ssl_context=ssl.create_default_context(), maxsize=1)
        self.pool_classes_by_scheme = {"http": _PlainPool, "https": _EncryptedPool}

    def request(self, method: str, url: str, **rest: Any) -> Any:  # type: ignore[override]
        timeout = urllib3.Timeout(connect=_SECONDS, read=_SECONDS)
        return super().request(
            method, url, redirect=False, retries=False, timeout=timeout, preload_content=False, **rest
        )


@once
def _pool() -> _Pool:
    return _Pool()


def _told(refusal: Refusal, reason: str) -> Refusal:
    """Add the reason as a note: for who sets the provider up, not for who signs in."""
    refusal.add_note(reason)
    return refusal
