from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, unquote_plus

SERVICE_IN_HEADER = re.compile(r"Credential=[^\s,/]+/[^\s,/]+/[^\s,/]+/([^\s,/]+)/")
CREDENTIAL_IN_QUERY = re.compile(r"(?:^|&)X-Amz-Credential=([^&]*)")
SCOPE_PARTS = 5


@dataclass(frozen=True)
class Request:
    """What came over the wire, nothing decoded: the path and the query are what the client signed."""

    method: str
    raw_path: str
    raw_query: str
    headers: list[tuple[str, str]]
    body: bytes
    client_ip: str
    secure: bool

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Headers by lower-case name; values of a repeated one are joined as HTTP joins them."""
        joined: dict[str, str] = {}
        for name, value in self.headers:
            joined[name] = f"{joined[name]},{value}" if name in joined else value
        return joined

    def header(self, name: str) -> str | None:
        return self.by_name.get(name)

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Raises UnicodeDecodeError where the percent-encoded bytes are no UTF-8."""
        return form_values(self.raw_query)

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The same of a body in the form of a query."""
        return form_values(self.body.decode())

    @cached_property
    def is_presigned(self) -> bool:
        return "X-Amz-Signature" in self.raw_query and not self.header("authorization")

    @cached_property
    def claimed_service(self) -> str | None:
        """The signing name in the credential scope, by which one port tells the services apart."""
        if self.is_presigned:
            credential = CREDENTIAL_IN_QUERY.search(self.raw_query)
            parts = unquote(credential[1]).split("/") if credential else []
            return parts[3] if len(parts) == SCOPE_PARTS else None
        match = SERVICE_IN_HEADER.search(self.header("authorization") or "")
        return match[1] if match else None


def form_values(encoded: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in encoded.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            values.setdefault(decode_form(name), []).append(decode_form(value))
    return values


def decode_form(text: str) -> str:
    return unquote_plus(text, errors="strict") if "%" in text or "+" in text else text


def decode_label(text: str) -> str:
    return unquote(text, errors="strict") if "%" in text else text
