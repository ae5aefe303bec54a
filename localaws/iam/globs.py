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
SPECIAL = re.compile("[*?\0]")
CHARACTER = re.compile("\0?.", re.DOTALL)
MARKED = {literal: MARK + literal for literal in LITERALS}
ARN_PARTS = 6
NO_COLON = "[^:]"

# Keys are in lower case: IAM does not mind their case.
Context: TypeAlias = Mapping[str, tuple[str, ...]]


class Unresolved(LookupError):
    """The pattern names a variable that the request does not have, and gives no default."""


def fill_literally(pattern: str, context: Context | None) -> str:
    """The pattern with its variables filled in. What comes out of one is literal: a tag value of * is a star.

    Without a context (policies before version 2012-10-17) a variable is plain text. Raises Unresolved.
    """
    if context is None or "${" not in pattern:
        return pattern
    return VARIABLE.sub(lambda match: SPECIAL.sub(mark, resolve(match[1], context)), pattern)


def mark(match: re.Match[str]) -> str:
    return MARK + match[0]


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


@lru_cache(maxsize=16384)
def compile_glob(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    expression = join_pieces(split_at_stars(pattern, "."), ".", to_the_end=True)
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


@lru_cache(maxsize=16384)
def compile_resource(pattern: str) -> re.Pattern[str]:
    """A star that ends a segment reaches over the colons behind it; another one stays in its segment.

    Segments that are missing at the end are stars.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    *runs, last = split_at_wide_stars(pattern)
    expressions = [join_pieces(run, NO_COLON, to_the_end=False) for run in runs]
    expressions.append(join_pieces(last, NO_COLON, to_the_end=True))
    return re.compile(join_pieces(expressions, ".", to_the_end=True), re.DOTALL)


def split_at_wide_stars(pattern: str) -> list[list[str]]:
    """Runs of pieces: between runs are stars that reach over colons, between pieces those that do not."""
    segments = pattern.split(":", ARN_PARTS - 1)
    segments += ["*"] * (ARN_PARTS - len(segments))
    *first, last = segments
    runs = [[""]]
    for segment in first:
        head, *pieces = split_at_stars(segment, NO_COLON)
        runs[-1][-1] += head
        runs[-1] += pieces
        # What splits off behind the last star is empty.
        if pieces and not pieces[-1]:
            runs[-1].pop()
            runs.append([""])
        runs[-1][-1] += ":"
    head, *pieces = split_at_stars(last, ".")
    runs[-1][-1] += head
    return runs + [[piece] for piece in pieces]


def split_at_stars(pattern: str, one: str) -> list[str]:
    """What stands between the stars, as regular expressions; several stars are no more than one."""
    pieces = [""]
    for character in CHARACTER.findall(pattern):
        if character != "*":
            pieces[-1] += one if character == "?" else re.escape(character[-1])
        elif pieces[-1] or len(pieces) == 1:
            pieces.append("")
    return pieces


def join_pieces(pieces: list[str], one: str, *, to_the_end: bool) -> str:
    """With stars between them that take as little as they can and never think it over.

    A piece that is found early leaves the most for the others, so nothing is missed, and no pattern takes for ever.
    Only the last one has to be looked for where the text ends.
    """
    hasty, end = (pieces[1:-1], f"{one}*{pieces[-1]}") if to_the_end and len(pieces) > 1 else (pieces[1:], "")
    return pieces[0] + "".join(f"(?>{one}*?{piece})" for piece in hasty) + end


def matches_text(pattern: str, text: str, context: Context | None) -> bool:
    return bool(compile_glob(fill_literally(pattern, context)).fullmatch(text))


@lru_cache(maxsize=16384)
def matches_action(pattern: str, action: str) -> bool:
    return bool(compile_glob(pattern, ignore_case=True).fullmatch(action))


def matches_resource(pattern: str, resource: str, context: Context | None) -> bool:
    if pattern == "*":
        return True
    filled = fill_wildcards(pattern, context)
    # Every user has patterns of their own; most are whole and have no wildcard, and need not be compiled.
    if filled == resource or (filled.count(":") >= ARN_PARTS - 1 and not SPECIAL.search(filled)):
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
