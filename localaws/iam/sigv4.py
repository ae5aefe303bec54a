"""Signature version 4 as a service checks it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import posixpath
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.wire.dialects import Dialect
    from localaws.wire.request import Request

ALGORITHM = "AWS4-HMAC-SHA256"
LARGEST_SKEW = timedelta(minutes=5)
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
SPACES = re.compile(" +")
PART = re.compile(r"(Credential|SignedHeaders|Signature)=([^\s,]+)")
SCOPE_PARTS = 5


@dataclass(frozen=True)
class Signature:
    """What the Authorization header claims. Nothing of it is proved before `verify`."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    value: str

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


def claimed_service(request: Request) -> str | None:
    """The signing name in the credential scope, by which one port tells the services apart. Never fails."""
    match = re.search(r"Credential=[^\s,/]+/[^\s,/]+/[^\s,/]+/([^\s,/]+)/", request.header("authorization") or "")
    return match[1] if match else None


def read_signature(request: Request, dialect: Dialect) -> Signature:
    header = request.header("authorization")
    if not header:
        raise AWSError(dialect.unsigned, "Missing Authentication Token")
    algorithm, _, rest = header.partition(" ")
    parts = dict(PART.findall(rest))
    credential = parts.get("Credential", "").split("/")
    if algorithm != ALGORITHM or len(parts) != len(("Credential", "SignedHeaders", "Signature")):
        raise AWSError(
            dialect.incomplete,
            f"Authorization header requires algorithm {ALGORITHM} and 'Credential', 'SignedHeaders' and 'Signature'.",
        )
    if len(credential) != SCOPE_PARTS or credential[-1] != "aws4_request":
        raise AWSError(
            dialect.incomplete, "Credential must be of the form key/date/region/service/aws4_request in one word."
        )
    key, date, region, service, _ = credential
    return Signature(key, date, region, service, tuple(parts["SignedHeaders"].split(";")), parts["Signature"])


def verify(request: Request, signature: Signature, secret: str, now: datetime, dialect: Dialect) -> None:
    """Raises AWSError unless the owner of the secret signed exactly this request within five minutes of now."""
    stamp = request.header("x-amz-date") or ""
    refuse_skew(stamp, signature, now, dialect)
    refuse_unsigned_headers(request, signature, dialect)
    string_to_sign = "\n".join(
        (ALGORITHM, stamp, signature.scope, digest(canonical_request(request, signature, dialect).encode()))
    )
    key = signing_key(secret, signature.date, signature.region, signature.service)
    expected = hmac.new(key, string_to_sign.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.value.encode()):
        raise AWSError(
            dialect.bad_signature,
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        )


def refuse_skew(stamp: str, signature: Signature, now: datetime, dialect: Dialect) -> None:
    try:
        signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise AWSError(
            dialect.incomplete, "Authorization header requires existence of 'X-Amz-Date' as yyyymmddThhmmssZ."
        ) from error
    if not stamp.startswith(signature.date + "T"):
        raise AWSError(dialect.bad_signature, "Date in Credential scope does not match YYYYMMDD from X-Amz-Date.")
    if now - signed_at > LARGEST_SKEW:
        earliest = (now - LARGEST_SKEW).strftime("%Y%m%dT%H%M%SZ")
        raise AWSError(dialect.bad_signature, f"Signature expired: {stamp} is now earlier than {earliest}")
    if signed_at - now > LARGEST_SKEW:
        latest = (now + LARGEST_SKEW).strftime("%Y%m%dT%H%M%SZ")
        raise AWSError(dialect.bad_signature, f"Signature not yet current: {stamp} is still later than {latest}")


def refuse_unsigned_headers(request: Request, signature: Signature, dialect: Dialect) -> None:
    """A bearer or a session token that is not part of the signature would be anybody's to change on the way."""
    signed = set(signature.signed_headers)
    unsigned = [name for name in ("host", *request.by_name) if must_be_signed(name) and name not in signed]
    missing = [name for name in signed if request.header(name) is None]
    if unsigned or missing:
        raise AWSError(dialect.bad_signature, f"'{(unsigned + missing)[0]}' must be a 'SignedHeader' of the request.")


def must_be_signed(header: str) -> bool:
    return header == "host" or header.startswith("x-amz-")


def canonical_request(request: Request, signature: Signature, dialect: Dialect) -> str:
    headers = "".join(f"{name}:{squeeze(request.by_name[name])}\n" for name in signature.signed_headers)
    return "\n".join(
        (
            request.method,
            canonical_path(request.raw_path),
            canonical_query(request.raw_query),
            headers,
            ";".join(signature.signed_headers),
            payload_hash(request, dialect),
        )
    )


def canonical_path(raw_path: str) -> str:
    """Encoded a second time, as for every service but S3."""
    normal = posixpath.normpath(raw_path.lstrip("/"))
    trail = "/" if raw_path.endswith("/") and normal != "." else ""
    return quote("/" + ("" if normal == "." else normal) + trail, safe="/~")


def canonical_query(raw_query: str) -> str:
    pairs = (pair.partition("=") for pair in raw_query.split("&") if pair)
    return "&".join(
        f"{name}={value}" for name, value in sorted((reencode(name), reencode(value)) for name, _, value in pairs)
    )


def reencode(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="~")


def squeeze(value: str) -> str:
    return SPACES.sub(" ", value.strip())


def payload_hash(request: Request, dialect: Dialect) -> str:
    claimed = request.header("x-amz-content-sha256")
    if claimed == UNSIGNED_PAYLOAD:
        return claimed
    actual = digest(request.body)
    if claimed not in (None, actual):
        raise AWSError(dialect.bad_signature, "The x-amz-content-sha256 header does not match the payload.")
    return actual


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@lru_cache(maxsize=4096)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
