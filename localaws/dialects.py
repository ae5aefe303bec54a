from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """How a family of services, told by its signing name, calls what any of them may have to say of a request."""

    signing_name: str
    invalid: str
    denied: str
    unserved: str
    failure: str
    throttled: str
    unavailable: str
    unknown_operation: str
    unsigned: str
    incomplete: str
    bad_signature: str
    unknown_key: str
    expired: str


CHIME = Dialect(
    signing_name="chime",
    invalid="BadRequestException",
    denied="AccessDeniedException",
    unserved="NotServedHereException",
    failure="ServiceFailureException",
    throttled="ThrottledClientException",
    unavailable="ServiceUnavailableException",
    unknown_operation="UnknownOperationException",
    unsigned="MissingAuthenticationTokenException",
    incomplete="IncompleteSignatureException",
    bad_signature="InvalidSignatureException",
    unknown_key="UnrecognizedClientException",
    expired="ExpiredTokenException",
)

STS = Dialect(
    signing_name="sts",
    invalid="ValidationError",
    denied="AccessDenied",
    unserved="NotServedHere",
    failure="InternalFailure",
    throttled="Throttling",
    unavailable="ServiceUnavailable",
    unknown_operation="InvalidAction",
    unsigned="MissingAuthenticationToken",
    incomplete="IncompleteSignature",
    bad_signature="SignatureDoesNotMatch",
    unknown_key="InvalidClientTokenId",
    expired="ExpiredToken",
)

DIALECTS = {dialect.signing_name: dialect for dialect in (CHIME, STS)}
