"""Policies as they are asked at every request: what do they say of an action and a resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from localaws.iam.globs import Context, Unresolved, matches_action, matches_resource

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
    """`label` is the Sid, or the number of the statement where it has none."""

    label: str
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
            return not any(matches_resource(pattern, resource, variables) for pattern in self.resources)
        return any(matches_if_resolved(pattern, resource, variables) for pattern in self.resources)


def matches_if_resolved(pattern: str, resource: str, variables: Context | None) -> bool:
    """One pattern of several may name a variable that is missing; the others still count."""
    try:
        return matches_resource(pattern, resource, variables)
    except Unresolved:
        return False


@dataclass(frozen=True)
class Policy:
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class NamedPolicy:
    name: str
    policy: Policy


@dataclass(frozen=True)
class Decision:
    """What policies say, and which statement said it; nobody says a silence."""

    verdict: Verdict
    by: str | None = None


SILENCE = Decision(Verdict.SILENCE)


def judge(policies: Iterable[NamedPolicy], question: Question) -> Decision:
    """An explicit Deny beats every Allow."""
    statements = ((each.name, statement) for each in policies for statement in each.policy.statements)
    return judge_statements(statements, question)


def judge_statements(statements: Iterable[tuple[str, Statement]], question: Question) -> Decision:
    decision = SILENCE
    for policy, statement in statements:
        # One statement that allows is enough to name; a later one can only deny.
        if statement.allows and decision.verdict is Verdict.ALLOW:
            continue
        if statement.speaks_of(question):
            verdict = Verdict.ALLOW if statement.allows else Verdict.DENY
            decision = Decision(verdict, f"{policy}/{statement.label}")
            if not statement.allows:
                break
    return decision
