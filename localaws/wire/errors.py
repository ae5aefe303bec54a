from __future__ import annotations

# The HTTP status of each code. What the models of Chime, STS, IAM and Cognito have in common, they have alike.
STATUS = {
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
    "ServiceFailure": 500,
    "NotServedHere": 501,
    "ServiceUnavailable": 503,
    "IDPCommunicationError": 400,
    "InvalidIdentityToken": 400,
    "InvalidInput": 400,
    "IDPRejectedClaim": 403,
    "NoSuchEntity": 404,
    "DeleteConflict": 409,
    "EntityAlreadyExists": 409,
    "LimitExceeded": 409,
    "ConcurrentModificationException": 400,
    "DeveloperUserAlreadyRegisteredException": 400,
    "ExternalServiceException": 400,
    "GroupExistsException": 400,
    "InvalidIdentityPoolConfigurationException": 400,
    "InvalidParameterException": 400,
    "LimitExceededException": 400,
    "NotAuthorizedException": 400,
    "ResourceConflictException": 400,
    "ResourceNotFoundException": 400,
    "TooManyRequestsException": 400,
    "UserNotFoundException": 400,
    "UsernameExistsException": 400,
    "InternalErrorException": 500,
}


class AWSError(Exception):
    """A "no" as AWS says it: the code that a client raises by name, the HTTP status and a sentence."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or STATUS[code]


def bad_request(message: str) -> AWSError:
    return AWSError("BadRequestException", message)


def conflict(message: str) -> AWSError:
    return AWSError("ConflictException", message)


def forbidden(message: str = "The client is permanently forbidden from making the request.") -> AWSError:
    """What the service itself refuses, and what it does not know: Chime answers both alike."""
    return AWSError("ForbiddenException", message)


def not_found(message: str) -> AWSError:
    return AWSError("NotFoundException", message)
