"""Requests written without a client's checks, and signed all the same."""

from __future__ import annotations

import http.client
import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localaws.wire.dialects import Protocol
from tests.localaws.cloud import REGION, Reply

if TYPE_CHECKING:
    from localaws.wire.catalogue import Operation
    from tests.localaws.cloud import Key

SECONDS_OF_PATIENCE = 10
SECONDS_OF_IDLENESS = 2


class Letter(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def write(operation: Operation, members: dict[str, Any]) -> Letter:
    """Whatever the members are, in the protocol of the operation's service."""
    if operation.dialect.protocol is Protocol.QUERY:
        form = dict(flatten({"Action": operation.name, **members}, ""))
        return Letter("POST", "/", {}, urlencode(form, errors="surrogatepass").encode())
    if operation.dialect.protocol is Protocol.JSON:
        target = {"X-Amz-Target": f"{operation.dialect.namespace}.{operation.name}"}
        return Letter("POST", "/", target, json.dumps(members).encode())
    return write_rest(operation, members)


def flatten(value: Any, name: str) -> list[tuple[str, str]]:
    prefix = f"{name}." if name else ""
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in flatten(item, f"{prefix}{key}")]
    if isinstance(value, list):
        return [pair for at, item in enumerate(value, 1) for pair in flatten(item, f"{prefix}member.{at}")]
    return [(name, plain(value))]


def plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def write_rest(operation: Operation, members: dict[str, Any]) -> Letter:
    path, _, fixed = operation.model.http["requestUri"].partition("?")
    query, headers, body = [fixed] if fixed else [], {}, {}
    shapes = operation.input.members if operation.input else {}
    for name, value in members.items():
        serialization = shapes[name].serialization if name in shapes else {}
        location, label = serialization.get("location"), serialization.get("name", name)
        if location == "uri":
            path = path.replace(f"{{{label}}}", escape(plain(value)))
        elif location == "querystring":
            query.append(f"{label}={escape(plain(value))}")
        elif location == "header":
            headers[label] = printable(plain(value))
        else:
            body[name] = value
    text = json.dumps(body).encode() if body else b""
    return Letter(
        operation.model.http["method"], "?".join([path, *(["&".join(query)] if query else [])]), headers, text
    )


def escape(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def printable(text: str) -> str:
    """A header has no line breaks, and no more than a byte for a character."""
    return "".join(character for character in text if " " <= character <= "~")[:2000].strip()


class Pen:
    """One connection that stays open, and one signature for all."""

    def __init__(self, url: str, key: Key) -> None:
        self.url = url
        self.credentials = Credentials(key.access_key_id, key.secret, key.token)
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS_OF_PATIENCE)
        self.used = 0.0

    def sign(self, letter: Letter, service: str) -> dict[str, str]:
        request = AWSRequest(letter.method, f"{self.url}{letter.path}", letter.headers, letter.body)
        SigV4Auth(self.credentials, service, REGION).add_auth(request)
        return dict(request.headers)

    def send(self, letter: Letter, service: str) -> Reply:
        return self.post(letter.method, letter.path, self.sign(letter, service), letter.body)

    def post(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        # The server closes what is idle for five seconds.
        if time.monotonic() - self.used > SECONDS_OF_IDLENESS:
            self.connection.close()
        self.used = time.monotonic()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def close(self) -> None:
        self.connection.close()
