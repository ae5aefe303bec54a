"""Session tags.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.loaders import Loader
from botocore.model import ServiceModel

from localaws.wire.errors import AWSError
from localaws.wire.shapes import find_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import Shape

    from localaws.call import Call

STS = ServiceModel(Loader().load_service_model("sts", "service-2"), "sts")
KEY, VALUE = STS.shape_for("tagKeyType"), STS.shape_for("tagValueType")
SOURCE_IDENTITY, SESSION_NAME = STS.shape_for("sourceIdentityType"), STS.shape_for("roleSessionNameType")
MOST_TAGS = 50


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


def refuse_bad_tags(tags: Mapping[str, str]) -> None:
    """What the model refuses of AssumeRole must not come in by a token or an assertion either."""
    refuse_bad_keys(list(tags), {})
    fits = all(fits_shape(KEY, key) and fits_shape(VALUE, value) for key, value in tags.items())
    if len(tags) > MOST_TAGS or not fits:
        raise AWSError("InvalidIdentityToken", "The session tags are too many, too long or of the wrong characters.")


def read_source_identity(text: str) -> str:
    """Raises AWSError."""
    if not fits_shape(SOURCE_IDENTITY, text) or text.startswith("aws:"):
        raise AWSError("InvalidIdentityToken", "The source identity is too long or of the wrong characters.")
    return text


def fits_shape(shape: Shape, text: str) -> bool:
    return not any(find_faults(text, shape, "tag"))
