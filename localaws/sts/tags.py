"""Session tags.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call


def read_tags(call: Call) -> dict[str, str]:
    """The tags of the new session: those of the call, and the transitive ones of the caller's own session."""
    given = [(tag["Key"], tag["Value"]) for tag in call.get("Tags", [])]
    inherited = inherit(call)
    refuse_bad_keys([key for key, _ in given], inherited)
    return {**inherited, **dict(given)}


def inherit(call: Call) -> dict[str, str]:
    session = call.principal.session
    if session is None:
        return {}
    kept = {key.lower() for key in session.transitive_keys}
    return {key: value for key, value in session.tags.items() if key.lower() in kept}


def refuse_bad_keys(keys: list[str], inherited: dict[str, str]) -> None:
    lowered = [key.lower() for key in keys]
    if len(set(lowered)) < len(lowered):
        raise invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.startswith("aws:") for key in lowered):
        raise invalid("Tag keys can't begin with aws:, which is kept for AWS.")
    if {key.lower() for key in inherited} & set(lowered):
        raise invalid("One of the specified tag keys conflicts with a transitive tag key of the calling session.")


def read_transitive_keys(call: Call, tags: dict[str, str]) -> tuple[str, ...]:
    asked = call.get("TransitiveTagKeys", [])
    known = {key.lower(): key for key in tags}
    if any(key.lower() not in known for key in asked):
        raise invalid("The specified transitive tag key must be included in the requested tags.")
    return tuple(dict.fromkeys([*inherit(call), *(known[key.lower()] for key in asked)]))


def invalid(message: str) -> AWSError:
    return AWSError("InvalidParameterValue", message)
