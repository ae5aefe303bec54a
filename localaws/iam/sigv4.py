"""Signature version 4 as a service checks it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import posixpath
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from localaws.iam.signature import ALGORITHM, SIGNATURE
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.iam.signature import Signature
    from localaws.wire.dialects import Dialect
    from localaws.wire.request import Request

LARGEST_SKEW = timedelta(minutes=5)
# STS takes no notice of X-Amz-Expires, which the tokens for Kubernetes rely on:
# https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
LIFETIME_AT_STS = timedelta(minutes=15)
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
SPACES = re.compile(" +")


def verify(request: Request, signature: Signature, secret: str, now: datetime, dialect: Dialect) -> None:
    """Raises AWSError unless the owner of the secret signed exactly this request, not too long ago."""
    refuse_skew(signature, now, dialect)
    refuse_unsigned_headers(request, signature, dialect)
    string_to_sign = "\n".join(
        (ALGORITHM, signature.stamp, signature.scope, digest(canonical_request(request, signature, dialect).encode()))
    )
    key = signing_key(secret, signature.date, signature.region, signature.service)
    expected = hmac.digest(key, string_to_sign.encode(), "sha256").hex()
    if not hmac.compare_digest(expected.encode(), signature.value.encode()):
        raise AWSError(
            dialect.bad_signature,
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        )


def refuse_skew(signature: Signature, now: datetime, dialect: Dialect) -> None:
    stamp = signature.stamp
    try:
        signed_at = read_stamp(stamp)
    except ValueError as error:
        raise AWSError(
            dialect.incomplete, "A signature requires existence of 'X-Amz-Date' as yyyymmddThhmmssZ."
        ) from error
    if not stamp.startswith(signature.date + "T"):
        raise AWSError(dialect.bad_signature, "Date in Credential scope does not match YYYYMMDD from X-Amz-Date.")
    earliest, latest = now - longest_age(signature), now + LARGEST_SKEW
    if signed_at < earliest:
        raise AWSError(dialect.bad_signature, f"Signature expired: {stamp} is now earlier than {write_stamp(earliest)}")
    if signed_at > latest:
        raise AWSError(
            dialect.bad_signature, f"Signature not yet current: {stamp} is still later than {write_stamp(latest)}"
        )


def longest_age(signature: Signature) -> timedelta:
    if signature.lifetime is None:
        return LARGEST_SKEW
    return LIFETIME_AT_STS if signature.service == "sts" else signature.lifetime


@lru_cache(maxsize=256)
def read_stamp(stamp: str) -> datetime:
    """All requests of a second have the same one. Raises ValueError."""
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def write_stamp(time: datetime) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ")


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
            canonical_query(request.raw_query, presigned=signature.lifetime is not None),
            headers,
            ";".join(signature.signed_headers),
            payload_hash(request, dialect),
        )
    )


@lru_cache(maxsize=4096)
def canonical_path(raw_path: str) -> str:
    """Encoded a second time, as for every service but S3."""
    normal = posixpath.normpath(raw_path.lstrip("/"))
    trail = "/" if raw_path.endswith("/") and normal != "." else ""
    return quote("/" + ("" if normal == "." else normal) + trail, safe="/~")


def canonical_query(raw_query: str, *, presigned: bool) -> str:
    """A signature can't sign itself: one that stands in the query is left out."""
    pairs = (pair.partition("=") for pair in raw_query.split("&") if pair)
    encoded = sorted((reencode(name), reencode(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded if not (presigned and name == SIGNATURE))


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
        key = hmac.digest(key, part.encode(), "sha256")
    return key
