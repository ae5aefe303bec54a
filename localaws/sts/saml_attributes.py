from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.sts.assertion import Assertion, invalid
from localaws.sts.tags import SESSION_NAME, fits_shape, read_source_identity, refuse_bad_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "https://aws.amazon.com/SAML/Attributes/"
TAG = f"{PREFIX}PrincipalTag:"
SECONDS = re.compile("[0-9]{3,5}")
SHORTEST, LONGEST = 900, 43_200


@dataclass(frozen=True)
class Attributes:
    """What an assertion says of the session; `duration` in seconds."""

    session_name: str
    duration: int | None
    tags: Mapping[str, str]
    transitive_keys: tuple[str, ...]
    source_identity: str | None


def read_attributes(assertion: Assertion, role_arn: str, provider_arn: str) -> Attributes:
    """Raises AWSError, also when the identity provider does not give the role."""
    attributes = assertion.attributes
    pairs = [tuple(part.strip() for part in pair.split(",")) for pair in attributes.get(f"{PREFIX}Role", [])]
    if (role_arn, provider_arn) not in pairs and (provider_arn, role_arn) not in pairs:
        raise invalid("RoleArn and PrincipalArn are no pair of the assertion's Role attribute.")
    name = read_one(attributes, "RoleSessionName")
    if name is None or not fits_shape(SESSION_NAME, name):
        raise invalid("RoleSessionName is required in the assertion, with 2 to 64 characters of [\\w+=,.@-].")
    source_identity = read_one(attributes, "SourceIdentity")
    tags = read_tags(attributes)
    return Attributes(
        session_name=name,
        duration=read_duration(read_one(attributes, "SessionDuration")),
        tags=tags,
        transitive_keys=read_transitive_keys(attributes, tags),
        source_identity=None if source_identity is None else read_source_identity(source_identity),
    )


def read_one(attributes: Mapping[str, list[str]], name: str) -> str | None:
    values = attributes.get(f"{PREFIX}{name}")
    if values is None:
        return None
    if len(values) != 1:
        raise invalid(f"The attribute {name} must have one value.")
    return values[0]


def read_duration(text: str | None) -> int | None:
    if text is None:
        return None
    if (
        not text.isascii()
        or not text.isdigit()
        or len(text) > len(str(LONGEST))
        or not SHORTEST <= int(text) <= LONGEST
    ):
        raise invalid(f"The SessionDuration must be {SHORTEST} to {LONGEST} seconds.")
    return int(text)


def read_tags(attributes: Mapping[str, list[str]]) -> dict[str, str]:
    names = [name.removeprefix(PREFIX) for name in attributes if name.startswith(TAG)]
    tags = {name.partition(":")[2]: read_one(attributes, name) or "" for name in names}
    refuse_bad_tags(tags)
    return tags


def read_transitive_keys(attributes: Mapping[str, list[str]], tags: Mapping[str, str]) -> tuple[str, ...]:
    keys = tuple(attributes.get(f"{PREFIX}TransitiveTagKeys", []))
    if {key.lower() for key in keys} - {key.lower() for key in tags}:
        raise invalid("A transitive tag key must be one of the tags.")
    return keys
