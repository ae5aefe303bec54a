from __future__ import annotations

CHIME_STATUS = {
    "BadRequestException": 400,
    "ResourceLimitExceededException": 400,
    "UnauthorizedClientException": 401,
    "AccessDeniedException": 403,
    "ExpiredTokenException": 403,
    "ForbiddenException": 403,
    "IncompleteSignatureException": 403,
    "InvalidSignatureException": 403,
    "MissingAuthenticationTokenException": 403,
    "UnrecognizedClientException": 403,
    "NotFoundException": 404,
    "UnknownOperationException": 404,
    "ConflictException": 409,
    "ThrottledClientException": 429,
    "ServiceFailureException": 500,
    "NotServedHereException": 501,
    "ServiceUnavailableException": 503,
}

STS_STATUS = {
    "InvalidAction": 400,
    "InvalidParameterValue": 400,
    "MalformedPolicyDocument": 400,
    "MalformedQueryString": 400,
    "PackedPolicyTooLarge": 400,
    "Throttling": 400,
    "ValidationError": 400,
    "AccessDenied": 403,
    "ExpiredToken": 403,
    "IncompleteSignature": 403,
    "InvalidClientTokenId": 403,
    "MissingAuthenticationToken": 403,
    "SignatureDoesNotMatch": 403,
    "InternalFailure": 500,
    "NotServedHere": 501,
    "ServiceUnavailable": 503,
}


class AWSError(Exception):
    """A "no" as AWS says it: the code that a client raises by name, the HTTP status and a sentence."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or CHIME_STATUS.get(code) or STS_STATUS[code]


def bad_request(message: str) -> AWSError:
    return AWSError("BadRequestException", message)


def conflict(message: str) -> AWSError:
    return AWSError("ConflictException", message)


def forbidden(message: str = "The client is permanently forbidden from making the request.") -> AWSError:
    """What the service itself refuses, and what it does not know: Chime answers both alike."""
    return AWSError("ForbiddenException", message)


def not_found(message: str) -> AWSError:
    return AWSError("NotFoundException", message)
