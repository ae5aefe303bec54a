"""Single values: from the text of a path, query, header or form, and from JSON, to what a shape asks for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.model import ListShape, MapShape, StructureShape

if TYPE_CHECKING:
    from botocore.model import Shape

T = TypeVar("T")
INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
LAST_SECOND = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


class Malformed(ValueError):
    """The request can't be read as what its operation asks for. The sentence is for the caller."""


def from_text(text: str, shape: Shape, place: str) -> Any:
    if shape.type_name in ("integer", "long"):
        if not INTEGER.fullmatch(text):
            raise Malformed(f"{place} must be an integer.")
        return int(text)
    if shape.type_name == "boolean":
        if text not in ("true", "false"):
            raise Malformed(f"{place} must be true or false.")
        return text == "true"
    if shape.type_name == "timestamp":
        return read_iso_time(text, place)
    return text


def read_iso_time(text: str, place: str) -> float:
    """Seconds since 1970. A time without a zone is UTC."""
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise Malformed(f"{place} must be a time in ISO 8601.") from error


def from_json(value: Any, shape: Shape, place: str) -> Any:
    if isinstance(shape, StructureShape):
        return read_structure(value, shape, place)
    if isinstance(shape, ListShape):
        return [from_json(item, shape.member, place) for item in expect(value, list, place)]
    if isinstance(shape, MapShape):
        given = expect(value, dict, place)
        return {expect_text(key, place): from_json(item, shape.value, place) for key, item in given.items()}
    if shape.type_name == "string":
        return expect_text(value, place)
    if shape.type_name == "timestamp":
        return expect_time(value, place)
    return expect(value, bool if shape.type_name == "boolean" else int, place)


def read_structure(value: Any, shape: StructureShape, place: str) -> dict[str, Any]:
    """Unknown members are passed over, and null means absent, as AWS has it."""
    given = expect(value, dict, place)
    return {
        name: from_json(given[name], member, name)
        for name, member in shape.members.items()
        if given.get(name) is not None
    }


def expect(value: Any, kind: type[T], place: str) -> T:
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    raise Malformed(f"{place} is of the wrong type.")


def expect_text(value: Any, place: str) -> str:
    """JSON can escape half of a surrogate pair, which is no character and can't be written down again."""
    text = expect(value, str, place)
    if HALF_A_CHARACTER.search(text):
        raise Malformed(f"{place} holds half a character.")
    return text


def expect_time(value: Any, place: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= LAST_SECOND:
        return float(value)
    raise Malformed(f"{place} must be a time in seconds since 1970.")
