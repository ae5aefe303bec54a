"""Requests as an SDK signs them, written out as they go over the wire, so that asking costs next to nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest

if TYPE_CHECKING:
    from botocore.credentials import Credentials

REGION = "us-east-1"
SECONDS_A_URL_IS_GOOD = 10


@dataclass(frozen=True)
class Wish:
    service: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def sign(wish: Wish, url: str, credentials: Credentials) -> bytes:
    request = AWSRequest(wish.method, f"{url}{wish.path}", dict(wish.headers), wish.body)
    SigV4Auth(credentials, wish.service, REGION).add_auth(request)
    length = {"Host": urlsplit(url).netloc, "Content-Length": str(len(wish.body))}
    headers = "".join(f"{name}: {value}\r\n" for name, value in {**dict(request.headers), **length}.items())
    return f"{wish.method} {wish.path} HTTP/1.1\r\n{headers}\r\n".encode() + wish.body


def sign_socket(url: str, user_arn: str, credentials: Credentials) -> str:
    """The address at which the user's socket opens, for the next seconds."""
    request = AWSRequest("GET", f"{url}/connect", params={"userArn": user_arn, "sessionId": "benchmark"})
    SigV4QueryAuth(credentials, "chime", REGION, expires=SECONDS_A_URL_IS_GOOD).add_auth(request)
    return urlsplit(str(request.url))._replace(scheme="ws").geturl()
