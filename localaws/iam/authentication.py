from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from localaws.iam.principals import NOBODY
from localaws.iam.signature import read_signature
from localaws.iam.sigv4 import verify
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.iam.directory import IAM
    from localaws.iam.principals import Principal
    from localaws.iam.sessions import Seal
    from localaws.iam.signature import Signature
    from localaws.wire.dialects import Dialect
    from localaws.wire.request import Request

CHIME_REGIONS = ("us-east-1", "eu-central-1")
# Of a call without a signature nobody says which region it is meant for.
REGION_OF_THE_UNSIGNED = "us-east-1"


@dataclass(frozen=True)
class Caller:
    principal: Principal
    region: str
    access_key: str | None = None


class Gate:
    """Lets nobody in whose signature does not hold, and says who it is that came in."""

    def __init__(self, iam: IAM, seal: Seal) -> None:
        self.iam = iam
        self.seal = seal

    def admit(self, request: Request, dialect: Dialect, now: datetime, *, unsigned: bool) -> Caller:
        """Raises AWSError in the words of the dialect. An operation for everybody takes no notice of a signature."""
        if unsigned:
            return Caller(NOBODY, REGION_OF_THE_UNSIGNED)
        return self.authenticate(request, dialect, now)

    def authenticate(self, request: Request, dialect: Dialect, now: datetime) -> Caller:
        signature = read_signature(request, dialect)
        refuse_wrong_scope(signature, dialect)
        principal, secret = self.find(signature, dialect)
        verify(request, signature, secret, now, dialect)
        session = principal.session
        # Only the owner of the secret learns that it has expired.
        if session and session.expires_at <= now.timestamp():
            raise AWSError(dialect.expired, "The security token included in the request is expired")
        return Caller(principal, signature.region, signature.access_key_id)

    def find(self, signature: Signature, dialect: Dialect) -> tuple[Principal, str]:
        token = signature.token
        found = self.find_session(token, signature) if token else self.iam.find_user(signature.access_key_id)
        if found is None:
            raise AWSError(dialect.unknown_key, "The security token included in the request is invalid.")
        return found

    def find_session(self, token: str, signature: Signature) -> tuple[Principal, str] | None:
        session = self.seal.open(token)
        if session is None or session.access_key_id != signature.access_key_id:
            return None
        principal = self.iam.find_assumed(session)
        return (principal, self.seal.secret_of(session.access_key_id)) if principal else None


def refuse_wrong_scope(signature: Signature, dialect: Dialect) -> None:
    if signature.service != dialect.signing_name:
        message = f"Credential should be scoped to correct service: '{dialect.signing_name}'."
        raise AWSError(dialect.bad_signature, message)
    if dialect.signing_name == "chime" and signature.region not in CHIME_REGIONS:
        raise AWSError(dialect.bad_signature, "Credential should be scoped to a valid region.")


def read_clock() -> datetime:
    return datetime.now(UTC)
