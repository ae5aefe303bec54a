"""Condition operators of policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import TypeAlias

from localaws.iam.globs import VARIABLE, Context, matches_arn, matches_text, resolve

# A value of the request, a value of the policy, and what variables stand for.
Test: TypeAlias = Callable[[str, str, Context | None], bool]

FOR_ALL, FOR_ANY, IF_EXISTS = "ForAllValues", "ForAnyValue", "IfExists"
NULL = "Null"


def fill(text: str, context: Context | None) -> str:
    if context is None or "${" not in text:
        return text
    return VARIABLE.sub(lambda match: resolve(match[1], context), text)


def equals(value: str, wanted: str, context: Context | None) -> bool:
    return value == fill(wanted, context)


def equals_ignoring_case(value: str, wanted: str, context: Context | None) -> bool:
    return value.casefold() == fill(wanted, context).casefold()


def is_like(value: str, wanted: str, context: Context | None) -> bool:
    return matches_text(wanted, value, context)


def is_like_arn(value: str, wanted: str, context: Context | None) -> bool:
    return matches_arn(wanted, value, context)


def is_within(value: str, wanted: str, _context: Context | None) -> bool:
    return ip_address(value) in ip_network(wanted, strict=False)


def by_number(compare: Callable[[float, float], bool]) -> Test:
    return lambda value, wanted, _context: compare(float(value), float(wanted))


def by_date(compare: Callable[[float, float], bool]) -> Test:
    return lambda value, wanted, _context: compare(read_date(value), read_date(wanted))


def read_date(text: str) -> float:
    """ISO 8601 or seconds since 1970; IAM takes both."""
    try:
        return float(text)
    except ValueError:
        date = datetime.fromisoformat(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


TESTS: dict[str, Test] = {
    "StringEquals": equals,
    "StringEqualsIgnoreCase": equals_ignoring_case,
    "StringLike": is_like,
    "NumericEquals": by_number(operator.eq),
    "NumericLessThan": by_number(operator.lt),
    "NumericLessThanEquals": by_number(operator.le),
    "NumericGreaterThan": by_number(operator.gt),
    "NumericGreaterThanEquals": by_number(operator.ge),
    "DateEquals": by_date(operator.eq),
    "DateLessThan": by_date(operator.lt),
    "DateLessThanEquals": by_date(operator.le),
    "DateGreaterThan": by_date(operator.gt),
    "DateGreaterThanEquals": by_date(operator.ge),
    "Bool": equals_ignoring_case,
    "BinaryEquals": equals,
    "IpAddress": is_within,
    "ArnEquals": is_like_arn,
    "ArnLike": is_like_arn,
}

NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


@dataclass(frozen=True)
class Condition:
    """One key under one operator. All conditions of a statement must hold."""

    key: str
    wanted: tuple[str, ...]
    test: Test | None
    negated: bool
    quantifier: str
    if_exists: bool

    def holds(self, context: Context, variables: Context | None) -> bool:
        """Raises Unresolved when a wanted value names a variable that the request does not have."""
        values = context.get(self.key)
        if self.test is None:
            return any((values is None) == (wanted.lower() == "true") for wanted in self.wanted)
        if not values:
            return self.holds_for_nothing()
        verdicts = (self.holds_for(value, variables) for value in values)
        return all(verdicts) if self.quantifier == FOR_ALL else any(verdicts)

    def holds_for_nothing(self) -> bool:
        """A key that the request does not have is unlike every value, and all of its no values are as wanted."""
        return self.if_exists or self.quantifier == FOR_ALL or (self.negated and self.quantifier != FOR_ANY)

    def holds_for(self, value: str, variables: Context | None) -> bool:
        """What is no number, no date or no address is neither like a wanted value nor unlike it."""
        try:
            return any(self.passes(value, wanted, variables) for wanted in self.wanted) != self.negated
        except (ValueError, OverflowError):
            return False

    def passes(self, value: str, wanted: str, variables: Context | None) -> bool:
        return self.test is not None and self.test(value, wanted, variables)


def read_condition(name: str, key: str, wanted: tuple[str, ...]) -> Condition:
    """Raises ValueError, with a sentence, for an operator that IAM does not have."""
    quantifier, _, rest = name.rpartition(":")
    plain = rest.removesuffix(IF_EXISTS)
    base = NEGATIONS.get(plain, plain)
    if quantifier not in ("", FOR_ALL, FOR_ANY) or (base not in TESTS and name != NULL):
        raise ValueError(f"Unknown condition operator: {name[:64]}.")
    return Condition(
        key=key.lower(),
        wanted=wanted,
        test=TESTS.get(base),
        negated=plain in NEGATIONS,
        quantifier=quantifier,
        if_exists=plain != rest,
    )
