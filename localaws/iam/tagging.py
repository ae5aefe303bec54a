"""Tags of everything that IAM keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.iam.refusals import invalid_input, limit_exceeded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.call import Call

MOST_TAGS = 50


def read_tags(call: Call) -> dict[str, str]:
    """Those of the request. Raises AWSError."""
    given: list[Any] = call.get("Tags", [])
    lowered = [tag["Key"].lower() for tag in given]
    if len(set(lowered)) < len(lowered):
        raise invalid_input("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.startswith("aws:") for key in lowered):
        raise invalid_input("Tag keys can't begin with aws:, which is kept for AWS.")
    return {tag["Key"]: tag["Value"] for tag in given}


def add_tags(call: Call, tags: Mapping[str, str]) -> dict[str, str]:
    """A key of another case is the same key, and the new case stays."""
    given = read_tags(call)
    lowered = {key.lower() for key in given}
    merged = {**{key: value for key, value in tags.items() if key.lower() not in lowered}, **given}
    if len(merged) > MOST_TAGS:
        raise limit_exceeded("TagsPerResource", MOST_TAGS)
    return merged


def remove_tags(call: Call, tags: Mapping[str, str]) -> dict[str, str]:
    gone = {key.lower() for key in call["TagKeys"]}
    return {key: value for key, value in tags.items() if key.lower() not in gone}


def list_of(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
