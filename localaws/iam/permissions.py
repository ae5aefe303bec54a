"""May they? The policies of a caller, and the trust policies of roles, put together as IAM does.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.iam.policy import Verdict, judge, judge_statements

if TYPE_CHECKING:
    from localaws.iam.policy import Decision, NamedPolicy, Question, Statement
    from localaws.iam.principals import Principal
    from localaws.iam.rows import Role

EVERYBODY = "AWS:*"
Kinds = list[tuple[str, "tuple[NamedPolicy, ...]"]]


@dataclass(frozen=True)
class Ruling:
    """Why not, in the words of AWS, or None when they may; and the statements that decided it."""

    denial: str | None
    decided_by: tuple[str, ...] = ()


def rule(principal: Principal, question: Question) -> Ruling:
    """A boundary and session policies can only take away."""
    return rule_on(policies_by_kind(principal), principal.arn, question)


def rule_on(kinds: Kinds, arn: str, question: Question) -> Ruling:
    sentence = f"User: {arn} is not authorized to perform: {question.action} on resource: {question.resource}"
    decisions = [(kind, judge(policies, question)) for kind, policies in kinds]
    for kind, decision in decisions:
        if decision.verdict is Verdict.DENY:
            article = "an" if kind[0] == "i" else "a"
            return Ruling(f"{sentence} with an explicit deny in {article} {kind}", name(decision))
    for kind, decision in decisions:
        if decision.verdict is Verdict.SILENCE:
            return Ruling(f"{sentence} because no {kind} allows the {question.action} action")
    return Ruling(None, tuple(by for _, decision in decisions for by in name(decision)))


def name(decision: Decision) -> tuple[str, ...]:
    return (decision.by,) if decision.by else ()


def policies_by_kind(principal: Principal) -> Kinds:
    kinds = [("identity-based policy", principal.policies)]
    if principal.boundary is not None:
        kinds.append(("permissions boundary", principal.boundary))
    if principal.session_policies is not None:
        kinds.append(("session policy", principal.session_policies))
    return kinds


def rule_on_trust(role: Role, principal: Principal, question: Question) -> Ruling:
    """Whether the trust policy, with the caller's own policies where it needs them, lets the caller do it."""
    roots = roots_of(principal.account)
    trust = judge_trust(role, (*principal.known_as, *roots), question)
    if trust.verdict is not Verdict.ALLOW:
        return Ruling("The trust policy does not allow it.", name(trust))
    # A trust policy that names only the account, or another account's principal, leaves the choice to that account.
    if principal.account != role.account or not is_named(role, principal, question, roots, trust):
        own = rule(principal, question)
        return Ruling(own.denial, own.decided_by) if own.denial else Ruling(None, name(trust) + own.decided_by)
    for _, policies in policies_by_kind(principal):
        decision = judge(policies, question)
        if decision.verdict is Verdict.DENY:
            return Ruling("A policy of the caller denies it.", name(decision))
    return Ruling(None, name(trust))


def is_named(role: Role, principal: Principal, question: Question, roots: tuple[str, ...], trust: Decision) -> bool:
    """Whether the trust policy allows it to the caller, and not only to the account."""
    if not any(each in roots for statement in role.trust.statements for each in statement.principals):
        return trust.verdict is Verdict.ALLOW
    return judge_trust(role, principal.known_as, question).verdict is Verdict.ALLOW


def judge_trust(role: Role, names: tuple[str, ...], question: Question) -> Decision:
    """What the trust policy says to whoever goes by these names."""
    told = (each for each in role.trust.statements if speaks_to(each, names))
    return judge_statements(((f"trust policy of {role.name}", each) for each in told), question)


def speaks_to(statement: Statement, names: tuple[str, ...]) -> bool:
    """What is denied to everybody is denied to those who come from elsewhere, too; allowed they must be by name."""
    return any(each in names or (each == EVERYBODY and not statement.allows) for each in statement.principals)


def roots_of(account: str) -> tuple[str, str]:
    return f"AWS:{account}", f"AWS:arn:aws:iam::{account}:root"
