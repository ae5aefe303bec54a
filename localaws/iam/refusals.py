"""How IAM says no.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from localaws.wire.errors import AWSError


def no_such_entity(what: str) -> AWSError:
    return AWSError("NoSuchEntity", f"The {what} cannot be found.")


def already_exists(what: str) -> AWSError:
    return AWSError("EntityAlreadyExists", f"The {what} already exists.")


def malformed(message: str) -> AWSError:
    return AWSError("MalformedPolicyDocument", message)


def limit_exceeded(quota: str, limit: int) -> AWSError:
    return AWSError("LimitExceeded", f"Cannot exceed quota for {quota}: {limit}")


def delete_conflict(what: str) -> AWSError:
    return AWSError("DeleteConflict", f"Cannot delete entity, must {what} first.")


def invalid_input(message: str) -> AWSError:
    return AWSError("InvalidInput", message)
