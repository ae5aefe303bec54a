"""The patterns of policies: `*` and `?`, actions, ARNs, and variables such as ${aws:PrincipalTag/UserUUID}.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

VARIABLE = re.compile(r"\$\{([^}]*)\}")
VARIABLE_WITH_DEFAULT = re.compile(r"\s*([^,]+?)\s*,\s*'([^']*)'\s*")
LITERALS = {"*", "?", "$"}
# A character that is meant literally keeps a mark until the pattern is translated.
MARK = "\0"
WILDCARD = re.compile("[*?\0]")
MARKED = {literal: MARK + literal for literal in LITERALS}
ARN_PARTS = 6

# Keys are in lower case: IAM does not mind their case.
Context: TypeAlias = Mapping[str, tuple[str, ...]]


class Unresolved(LookupError):
    """The pattern names a variable that the request does not have, and gives no default."""


def expand(pattern: str, context: Context | None) -> str:
    """The pattern as a regular expression. What comes out of a variable is literal: a tag value of * is a star.

    Without a context (policies before version 2012-10-17) a variable is plain text. Raises Unresolved.
    """
    if context is None or "${" not in pattern:
        return translate(pattern)
    parts = VARIABLE.split(pattern)
    return "".join(
        translate(part) if index % 2 == 0 else re.escape(resolve(part, context)) for index, part in enumerate(parts)
    )


def fill_wildcards(pattern: str, context: Context | None) -> str:
    """The pattern with its variables filled in; in a resource, a wildcard that comes out of one is a wildcard.

    https://docs.aws.amazon.com/cognito/latest/developerguide/attributes-for-access-control.html
    """
    if context is None or "${" not in pattern:
        return pattern
    return VARIABLE.sub(lambda match: MARKED.get(match[1]) or resolve(match[1], context), pattern)


def resolve(variable: str, context: Context) -> str:
    if variable in LITERALS:
        return variable
    match = VARIABLE_WITH_DEFAULT.fullmatch(variable)
    name, default = (match[1], match[2]) if match else (variable.strip(), None)
    values = context.get(name.lower())
    # A key of many values has no one value to put in.
    if values is not None and len(values) == 1:
        return values[0]
    if default is None:
        raise Unresolved(variable)
    return default


@lru_cache(maxsize=4096)
def translate(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in re.split(r"([*?])", pattern))


@lru_cache(maxsize=16384)
def compile_glob(expression: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@lru_cache(maxsize=16384)
def compile_resource(pattern: str) -> re.Pattern[str]:
    """A star that ends a segment reaches over the colons behind it; another one stays in its segment.

    Segments that are missing at the end are stars.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    segments = pattern.split(":", ARN_PARTS - 1)
    segments += ["*"] * (ARN_PARTS - len(segments))
    last = ARN_PARTS - 1
    return re.compile(
        ":".join(translate_segment(segment, is_last=index == last) for index, segment in enumerate(segments)), re.DOTALL
    )


def translate_segment(segment: str, *, is_last: bool) -> str:
    pieces = re.split(r"(\0?[*?$])", segment)
    one, many = (".", ".*") if is_last else ("[^:]", "[^:]*")
    translated = [{"*": many, "?": one}.get(piece, re.escape(piece.removeprefix(MARK))) for piece in pieces]
    if segment.endswith("*") and not segment.endswith(MARKED["*"]):
        # What splits off behind the last star is empty.
        translated[-2] = ".*"
    return "".join(translated)


def matches_text(pattern: str, text: str, context: Context | None) -> bool:
    return bool(compile_glob(expand(pattern, context)).fullmatch(text))


@lru_cache(maxsize=16384)
def matches_action(pattern: str, action: str) -> bool:
    return bool(compile_glob(translate(pattern), ignore_case=True).fullmatch(action))


def matches_resource(pattern: str, resource: str, context: Context | None) -> bool:
    if pattern == "*":
        return True
    filled = fill_wildcards(pattern, context)
    # Every user has patterns of their own; most are whole and have no wildcard, and need not be compiled.
    if filled == resource or (filled.count(":") >= ARN_PARTS - 1 and not WILDCARD.search(filled)):
        return filled == resource
    return bool(compile_resource(filled).fullmatch(resource))


def matches_arn(pattern: str, arn: str, context: Context | None) -> bool:
    """In conditions, part by part: a wildcard does not reach over a colon, but for the last part, which may have some.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    patterns, parts = pattern.split(":", ARN_PARTS - 1), arn.split(":", ARN_PARTS - 1)
    if len(patterns) != ARN_PARTS or len(parts) != ARN_PARTS:
        return False
    return all(matches_text(wanted, part, context) for wanted, part in zip(patterns, parts, strict=True))
