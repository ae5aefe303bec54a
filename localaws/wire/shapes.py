"""The limits that the service models put on values. botocore's own client checks neither patterns nor maxima."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, StringShape, StructureShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

# The models are written for Java. Python's re knows no Unicode categories, reads only four digits after \u, and its
# dot stops at fewer ends of a line.
UNICODE_WORDS = r"\p{L}\p{Z}\p{N}_"
UNICODE_SEPARATORS = "\\ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
UNICODE_GRAPHICS = r"\p{L}\p{M}\p{S}\p{N}\p{P}"
NEITHER_SPACES_NOR_CONTROLS = (
    r"!-~\u00a1-\u00ac\u00ae-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff"
    r"\uf900-\ufefe\uff00-\U0010ffff"
)
SAME_LINE = "[^\n\r\u0085\u2028\u2029]"
CLASS_OR_DOT = re.compile(r"(\\.|\[(?:\\.|[^\]])*\])|\.")
ASTRAL_PLANES = r"\u10000-\u10FFFF"
LONGEST_ECHO = 256


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    flags = re.UNICODE if UNICODE_WORDS in pattern else re.ASCII
    pattern = pattern.replace(UNICODE_WORDS, rf"\w{UNICODE_SEPARATORS}")
    pattern = pattern.replace(UNICODE_GRAPHICS, NEITHER_SPACES_NOR_CONTROLS)
    pattern = pattern.replace(r"\p{Z}", UNICODE_SEPARATORS)
    pattern = pattern.replace(ASTRAL_PLANES, "\U00010000-\U0010ffff")
    return re.compile(CLASS_OR_DOT.sub(lambda match: match[1] or SAME_LINE, pattern), flags)


def find_faults(value: Any, shape: Shape, place: str) -> Iterator[str]:
    """Each way in which a value breaks its shape, one clause each, in the words of AWS."""
    if isinstance(shape, StructureShape):
        yield from find_structure_faults(value, shape, place)
    elif isinstance(shape, ListShape):
        yield from find_size_faults(value, shape, place)
        for index, item in enumerate(value, start=1):
            yield from find_faults(item, shape.member, f"{place}.{index}.member")
    elif isinstance(shape, MapShape):
        yield from find_size_faults(value, shape, place)
        for key, item in value.items():
            yield from find_faults(key, shape.key, f"{place}.key")
            yield from find_faults(item, shape.value, f"{place}.value")
    elif isinstance(shape, StringShape):
        yield from find_text_faults(value, shape, place)
    elif shape.type_name in ("integer", "long"):
        yield from find_range_faults(value, shape, place)


def find_structure_faults(value: dict[str, Any], shape: StructureShape, place: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield describe(None, join(place, name), "Member must not be null")
    for name, item in value.items():
        yield from find_faults(item, shape.members[name], join(place, name))


def find_size_faults(value: Any, shape: Shape, place: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield describe(value, place, f"Member must have length greater than or equal to {least}")
    if most is not None and len(value) > most:
        yield describe(value, place, f"Member must have length less than or equal to {most}")


def find_text_faults(value: str, shape: StringShape, place: str) -> Iterator[str]:
    too_long_or_short = list(find_size_faults(value, shape, place))
    yield from too_long_or_short
    if shape.enum and value not in shape.enum:
        yield describe(value, place, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    # A pattern sees only values of bounded length: some of the models' patterns take quadratic time.
    pattern = shape.metadata.get("pattern")
    if pattern and not too_long_or_short and not compile_pattern(pattern).fullmatch(value):
        yield describe(value, place, f"Member must satisfy regular expression pattern: {pattern}")


def find_range_faults(value: int, shape: Shape, place: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield describe(value, place, f"Member must have value greater than or equal to {least}")
    if most is not None and value > most:
        yield describe(value, place, f"Member must have value less than or equal to {most}")


def describe(value: object, place: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{str(value)[:LONGEST_ECHO]}'"
    return f"Value {shown} at '{place}' failed to satisfy constraint: {constraint}"


def join(place: str, member: str) -> str:
    name = member[0].lower() + member[1:]
    return f"{place}.{name}" if place else name
