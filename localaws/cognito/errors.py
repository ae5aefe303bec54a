from __future__ import annotations

from localaws.wire.errors import AWSError


def invalid(message: str) -> AWSError:
    return AWSError("InvalidParameterException", message)


def not_authorized(message: str) -> AWSError:
    return AWSError("NotAuthorizedException", message)


def not_found(message: str) -> AWSError:
    return AWSError("ResourceNotFoundException", message)


def conflict(message: str) -> AWSError:
    return AWSError("ResourceConflictException", message)


def too_many(message: str) -> AWSError:
    return AWSError("LimitExceededException", message)


def misconfigured() -> AWSError:
    """Whatever STS did not like of the role; Cognito does not say what."""
    message = "Invalid identity pool configuration. Check assigned IAM roles for this pool."
    return AWSError("InvalidIdentityPoolConfigurationException", message)


def forbidden(identity_id: str) -> AWSError:
    return not_authorized(f"Access to Identity '{identity_id}' is forbidden.")
