"""IAM: what would be decided, without doing it.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.iam.arns import anything, named_by
from localaws.iam.documents import MalformedPolicy, read_policy_text
from localaws.iam.permissions import Kinds, rule_on
from localaws.iam.policy import NamedPolicy, Question, Verdict, judge
from localaws.iam.refusals import invalid_input, no_such_entity
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.iam.globs import Context
    from localaws.iam.rows import Role, User

NOT_SERVED = ("CallerArn", "PolicyExclusionList", "ResourceHandlingOption", "ResourceOwner", "ResourcePolicy")


def simulate_principal_policy(call: Call) -> Members:
    identity = find_identity(call)
    iam = call.world.iam
    boundary = read_list(call, "PermissionsBoundaryPolicyInputList") or iam.boundary_of(identity)
    return simulate(call, identity.arn, iam.policies_of(identity) + read_list(call, "PolicyInputList"), boundary)


def simulate_custom_policy(call: Call) -> Members:
    boundary = read_list(call, "PermissionsBoundaryPolicyInputList") or None
    return simulate(call, "simulated", read_list(call, "PolicyInputList"), boundary)


def simulate(
    call: Call, arn: str, policies: tuple[NamedPolicy, ...], boundary: tuple[NamedPolicy, ...] | None
) -> Members:
    """All answers on one page: who asks for one has them at hand anyway."""
    for member in NOT_SERVED:
        if member in call.members:
            raise AWSError("NotServedHere", f"The member {member} of a simulation is not served here.")
    kinds: Kinds = [("identity-based policy", policies)]
    if boundary is not None:
        kinds.append(("permissions boundary", boundary))
    context = read_context(call)
    questions = [
        Question(action, resource, context)
        for action in call["ActionNames"]
        for resource in call.get("ResourceArns", ["*"])
    ]
    return {"EvaluationResults": [evaluate(kinds, arn, each) for each in questions], "IsTruncated": False}


def evaluate(kinds: Kinds, arn: str, question: Question) -> Members:
    ruling = rule_on(kinds, arn, question)
    denied = any(judge(policies, question).verdict is Verdict.DENY for _, policies in kinds)
    decision = "explicitDeny" if denied else "implicitDeny" if ruling.denial else "allowed"
    return {
        "EvalActionName": question.action,
        "EvalResourceName": question.resource,
        "EvalDecision": decision,
        "MatchedStatements": [{"SourcePolicyId": by} for by in ruling.decided_by],
        "MissingContextValues": [],
    }


def find_identity(call: Call) -> Role | User:
    arn = call["PolicySourceArn"]
    rows: list[Role | User] = [*call.store.roles, *call.store.users]
    found = next((row for row in rows if row.arn == arn), None)
    if found is None:
        raise no_such_entity(f"entity {arn[:256]}")
    return found


def read_list(call: Call, member: str) -> tuple[NamedPolicy, ...]:
    try:
        return tuple(
            NamedPolicy(f"{member}.{number}", read_policy_text(text))
            for number, text in enumerate(call.get(member, []), start=1)
        )
    except MalformedPolicy as error:
        raise invalid_input(str(error)) from error


def read_context(call: Call) -> Context:
    entries = call.get("ContextEntries", [])
    if any("ContextKeyName" not in entry for entry in entries):
        raise invalid_input("A context entry must have a ContextKeyName.")
    return {entry["ContextKeyName"].lower(): tuple(entry.get("ContextKeyValues", [])) for entry in entries}


the_source = named_by("PolicySourceArn")

SERVED = {
    "SimulatePrincipalPolicy": Service((the_source,), simulate_principal_policy),
    "SimulateCustomPolicy": Service((anything,), simulate_custom_policy),
}
