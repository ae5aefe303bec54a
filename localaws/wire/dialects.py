from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Protocol(Enum):
    """How requests and answers are written.

    https://smithy.io/2.0/aws/protocols/index.html
    """

    REST_JSON = "rest-json"
    QUERY = "query"
    JSON = "json"


@dataclass(frozen=True)
class Dialect:
    """How a family of services, told by its signing name, speaks: its protocol and its words for what went wrong."""

    signing_name: str
    services: tuple[str, ...]
    protocol: Protocol
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
    # The namespace of the XML, or the prefix of X-Amz-Target; nothing in REST.
    namespace: str = ""


CHIME = Dialect(
    signing_name="chime",
    services=("chime-sdk-identity", "chime-sdk-messaging"),
    protocol=Protocol.REST_JSON,
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
    services=("sts",),
    protocol=Protocol.QUERY,
    namespace="https://sts.amazonaws.com/doc/2011-06-15/",
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

IAM = replace(
    STS,
    signing_name="iam",
    services=("iam",),
    namespace="https://iam.amazonaws.com/doc/2010-05-08/",
    failure="ServiceFailure",
)

COGNITO = replace(
    CHIME,
    signing_name="cognito-identity",
    services=("cognito-identity",),
    protocol=Protocol.JSON,
    namespace="AWSCognitoIdentityService",
    invalid="InvalidParameterException",
    failure="InternalErrorException",
    throttled="TooManyRequestsException",
)

USER_POOLS = replace(
    COGNITO, signing_name="cognito-idp", services=("cognito-idp",), namespace="AWSCognitoIdentityProviderService"
)

DIALECTS = {dialect.signing_name: dialect for dialect in (CHIME, STS, IAM, COGNITO, USER_POOLS)}
SERVICES = tuple(service for dialect in DIALECTS.values() for service in dialect.services)
