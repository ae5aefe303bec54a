"""What a request claims of its signature, in the Authorization header or, presigned, in its query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from localaws.wire.errors import AWSError
from localaws.wire.request import SCOPE_PARTS

if TYPE_CHECKING:
    from localaws.wire.dialects import Dialect
    from localaws.wire.request import Request

ALGORITHM = "AWS4-HMAC-SHA256"
PART = re.compile(r"(Credential|SignedHeaders|Signature)=([^\s,]+)")
LONGEST_LIFETIME = 604_800
SIGNATURE = "X-Amz-Signature"
TOKEN = "X-Amz-Security-Token"  # noqa: S105 - the name of a parameter
CLAIMS = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", SIGNATURE)


@dataclass(frozen=True)
class Signature:
    """Nothing of it is proved before `verify`. `lifetime` is what a presigned request gives itself."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    value: str
    stamp: str
    token: str | None
    lifetime: timedelta | None = None

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


def read_signature(request: Request, dialect: Dialect) -> Signature:
    if request.is_presigned:
        return read_query(request, dialect)
    return read_header(request, dialect)


def read_header(request: Request, dialect: Dialect) -> Signature:
    header = request.header("authorization")
    if not header:
        raise AWSError(dialect.unsigned, "Missing Authentication Token")
    algorithm, _, rest = header.partition(" ")
    parts = dict(PART.findall(rest))
    if algorithm != ALGORITHM or len(parts) != len(("Credential", "SignedHeaders", "Signature")):
        raise AWSError(
            dialect.incomplete,
            f"Authorization header requires algorithm {ALGORITHM} and 'Credential', 'SignedHeaders' and 'Signature'.",
        )
    return Signature(
        *read_credential(parts["Credential"], dialect),
        signed_headers=tuple(parts["SignedHeaders"].split(";")),
        value=parts["Signature"],
        stamp=request.header("x-amz-date") or "",
        token=request.header("x-amz-security-token"),
    )


def read_query(request: Request, dialect: Dialect) -> Signature:
    """A presigned request.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
    """
    claims = {name: read_claim(request, name, dialect) for name in CLAIMS}
    if claims["X-Amz-Algorithm"] != ALGORITHM:
        raise AWSError(dialect.incomplete, f"X-Amz-Algorithm must be {ALGORITHM}.")
    return Signature(
        *read_credential(claims["X-Amz-Credential"], dialect),
        signed_headers=tuple(claims["X-Amz-SignedHeaders"].split(";")),
        value=claims[SIGNATURE],
        stamp=claims["X-Amz-Date"],
        token=read_claim(request, TOKEN, dialect) if TOKEN in request.query else None,
        lifetime=read_lifetime(claims["X-Amz-Expires"], dialect),
    )


def read_claim(request: Request, name: str, dialect: Dialect) -> str:
    try:
        values = request.query.get(name, [])
    except UnicodeDecodeError as error:
        raise AWSError(dialect.incomplete, "The query is not valid UTF-8.") from error
    if len(values) != 1:
        raise AWSError(dialect.incomplete, f"AWS query-string parameters must include '{name}', and only once.")
    return values[0]


def read_lifetime(seconds: str, dialect: Dialect) -> timedelta:
    if not re.fullmatch("[0-9]{1,6}", seconds) or not 1 <= int(seconds) <= LONGEST_LIFETIME:
        raise AWSError(dialect.incomplete, f"X-Amz-Expires must be a number of seconds from 1 to {LONGEST_LIFETIME}.")
    return timedelta(seconds=int(seconds))


def read_credential(credential: str, dialect: Dialect) -> tuple[str, str, str, str]:
    parts = credential.split("/")
    if len(parts) != SCOPE_PARTS or parts[-1] != "aws4_request":
        raise AWSError(
            dialect.incomplete, "Credential must be of the form key/date/region/service/aws4_request in one word."
        )
    key, date, region, service, _ = parts
    return key, date, region, service
