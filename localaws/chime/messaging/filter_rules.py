"""Filter rules of push notifications.

https://docs.aws.amazon.com/chime-sdk/latest/dg/filter-msgs.html
"""

from __future__ import annotations

import json
from typing import Any

from localaws.wire.errors import bad_request

LARGEST_RULE = 2048
MOST_COMPLEX = 20
MOST_BRANCHES = 5
OR, ANYTHING_BUT = "$or", "anything-but"


class BadRule(ValueError):
    """The sentence says what a rule must be."""


def refuse_bad_rule(text: str) -> None:
    try:
        complexity = measure_rule(read_rule(text))
    except BadRule as error:
        raise bad_request(f"The FilterRule {error}.") from error
    if complexity > MOST_COMPLEX:
        raise bad_request(f"The FilterRule can't have more than {MOST_COMPLEX} keys and values.")


def read_rule(text: str) -> dict[str, Any]:
    if len(text.encode()) > LARGEST_RULE:
        raise BadRule(f"can't exceed {LARGEST_RULE} bytes")
    try:
        rule = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRule("must be JSON") from error
    return expect_object(rule)


def expect_object(rule: Any) -> dict[str, Any]:
    if not isinstance(rule, dict) or not rule:
        raise BadRule("must be an object of attributes and their values")
    return rule


def measure_rule(rule: dict[str, Any]) -> int:
    """Its complexity: the number of its keys and values."""
    return sum(measure_branches(each) if key == OR else 1 + measure_values(each) for key, each in rule.items())


def measure_branches(branches: Any) -> int:
    if not isinstance(branches, list) or not 1 <= len(branches) <= MOST_BRANCHES:
        raise BadRule(f"must have a list of at most {MOST_BRANCHES} rules in {OR}")
    if any(OR in expect_object(branch) for branch in branches):
        raise BadRule(f"can't have {OR} in {OR}")
    return sum(measure_rule(branch) for branch in branches)


def measure_values(values: Any) -> int:
    if not isinstance(values, list) or not values:
        raise BadRule("must have a list of values for every attribute")
    return sum(measure_value(value) for value in values)


def measure_value(value: Any) -> int:
    if isinstance(value, str):
        return 1
    if not isinstance(value, dict) or value.keys() != {ANYTHING_BUT}:
        raise BadRule(f"can have only texts, and {ANYTHING_BUT}, as values")
    excluded = value[ANYTHING_BUT]
    if not isinstance(excluded, list) or not excluded or not all(isinstance(each, str) for each in excluded):
        raise BadRule(f"must have a list of texts for {ANYTHING_BUT}")
    return len(excluded)
