"""Policies as they are asked at every request: what do they say of an action and a resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from localaws.iam.globs import Context, Unresolved, matches_action, matches_arn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from localaws.iam.conditions import Condition


class Verdict(Enum):
    ALLOW = "allow"
    DENY = "deny"
    SILENCE = "silence"


@dataclass(frozen=True)
class Question:
    action: str
    resource: str
    context: Context


@dataclass(frozen=True)
class Statement:
    allows: bool
    actions: tuple[str, ...]
    not_actions: bool
    resources: tuple[str, ...]
    not_resources: bool
    principals: tuple[str, ...]
    conditions: tuple[Condition, ...]
    with_variables: bool

    def speaks_of(self, question: Question) -> bool:
        variables = question.context if self.with_variables else None
        try:
            return (
                any(matches_action(action, question.action) for action in self.actions) != self.not_actions
                and self.names_resource(question.resource, variables)
                and all(condition.holds(question.context, variables) for condition in self.conditions)
            )
        except Unresolved:
            return False

    def names_resource(self, resource: str, variables: Context | None) -> bool:
        if self.not_resources:
            return not any(matches_arn(pattern, resource, variables) for pattern in self.resources)
        return any(matches_if_resolved(pattern, resource, variables) for pattern in self.resources)


def matches_if_resolved(pattern: str, resource: str, variables: Context | None) -> bool:
    """One pattern of several may name a variable that is missing; the others still count."""
    try:
        return matches_arn(pattern, resource, variables)
    except Unresolved:
        return False


@dataclass(frozen=True)
class Policy:
    statements: tuple[Statement, ...]


def judge(policies: Iterable[Policy], question: Question) -> Verdict:
    """An explicit Deny beats every Allow."""
    return judge_statements((statement for policy in policies for statement in policy.statements), question)


def judge_statements(statements: Iterable[Statement], question: Question) -> Verdict:
    verdict = Verdict.SILENCE
    for statement in statements:
        if statement.speaks_of(question):
            if not statement.allows:
                return Verdict.DENY
            verdict = Verdict.ALLOW
    return verdict
