"""Policy documents, read once and strictly: what is not understood is refused, never passed over.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from localaws.iam.conditions import Condition, read_condition
from localaws.iam.policy import Policy, Statement

VERSION_WITH_VARIABLES = "2012-10-17"
VERSIONS = ("2008-10-17", VERSION_WITH_VARIABLES)
ELEMENTS = {"Sid", "Effect", "Action", "NotAction", "Condition"}
TARGETS_OF_PERMISSION = {"Resource", "NotResource"}
TARGETS_OF_TRUST = {"Principal"}
SID = re.compile("[A-Za-z0-9]*")
KINDS_OF_PRINCIPAL = {"AWS", "Federated", "Service", "CanonicalUser"}


class MalformedPolicy(ValueError):
    """The document is no policy. The sentence says why."""


@lru_cache(maxsize=4096)
def read_policy_text(text: str) -> Policy:
    return read_policy(read_json(text))


@lru_cache(maxsize=4096)
def read_trust_text(text: str) -> Policy:
    return read_trust_policy(read_json(text))


def read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedPolicy("This policy contains invalid Json") from error


def read_policy(document: Any) -> Policy:
    """What may be done to what: an identity policy or a session policy. Raises MalformedPolicy."""
    return read_document(document, TARGETS_OF_PERMISSION)


def read_trust_policy(document: Any) -> Policy:
    """Who may do it; the resource is the role that has the policy. Raises MalformedPolicy."""
    policy = read_document(document, TARGETS_OF_TRUST)
    if not all(action.lower().startswith("sts:") for each in policy.statements for action in each.actions):
        raise MalformedPolicy("AssumeRole policy may only specify STS AssumeRole actions.")
    return policy


def read_document(document: Any, targets: set[str]) -> Policy:
    if not isinstance(document, dict) or document.keys() - {"Version", "Id", "Statement"}:
        raise MalformedPolicy("A policy must be a JSON object of Version, Id and Statement.")
    version = document.get("Version", VERSIONS[0])
    if version not in VERSIONS:
        raise MalformedPolicy("The policy must contain a valid version string.")
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    with_variables = version == VERSION_WITH_VARIABLES
    read = [
        read_statement(statement, targets, f"#{number}", with_variables=with_variables)
        for number, statement in enumerate(listed, start=1)
    ]
    sids = [statement.label for statement in read]
    if len(set(sids)) < len(sids):
        raise MalformedPolicy("Statement IDs (SID) in a single policy must be unique.")
    return Policy(tuple(read))


def read_statement(statement: Any, targets: set[str], number: str, *, with_variables: bool) -> Statement:
    if not isinstance(statement, dict) or statement.keys() - ELEMENTS - targets:
        raise MalformedPolicy(f"A statement must be a JSON object of {', '.join(sorted(ELEMENTS | targets))}.")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicy("The Effect of a statement must be Allow or Deny.")
    return Statement(
        label=read_sid(statement) or number,
        allows=statement["Effect"] == "Allow",
        actions=read_actions(statement),
        not_actions="NotAction" in statement,
        resources=read_resources(statement) if targets is TARGETS_OF_PERMISSION else ("*",),
        not_resources="NotResource" in statement,
        principals=read_principals(statement.get("Principal")) if targets is TARGETS_OF_TRUST else (),
        conditions=read_conditions(statement.get("Condition", {})),
        with_variables=with_variables,
    )


def read_sid(statement: dict[str, Any]) -> str:
    sid = statement.get("Sid", "")
    if not isinstance(sid, str) or not SID.fullmatch(sid):
        raise MalformedPolicy("Statement IDs (SID) must be alpha-numeric.")
    return sid


def read_actions(statement: dict[str, Any]) -> tuple[str, ...]:
    actions = read_one_of(statement, "Action", "NotAction")
    if not all(action == "*" or ":" in action for action in actions):
        raise MalformedPolicy("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
    return actions


def read_resources(statement: dict[str, Any]) -> tuple[str, ...]:
    resources = read_one_of(statement, "Resource", "NotResource")
    for resource in resources:
        if resource != "*" and not resource.startswith("arn:"):
            raise MalformedPolicy(f'Resource {resource[:256]} must be in ARN format or "*".')
    return resources


def read_one_of(statement: dict[str, Any], element: str, opposite: str) -> tuple[str, ...]:
    if (element in statement) == (opposite in statement):
        raise MalformedPolicy(f"A statement must have either {element} or {opposite}.")
    return read_texts(statement.get(element, statement.get(opposite)), element)


def read_principals(principal: Any) -> tuple[str, ...]:
    """As kind:name, so that a service never passes for an account.

    NotPrincipal is for neither kind of policy:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    if principal == "*":
        return ("AWS:*",)
    if not isinstance(principal, dict) or not principal or principal.keys() - KINDS_OF_PRINCIPAL:
        raise MalformedPolicy('The Principal of a trust policy must be "*" or an object of AWS, Federated or Service.')
    return tuple(f"{kind}:{name}" for kind, names in principal.items() for name in read_texts(names, "Principal"))


def read_conditions(block: Any) -> tuple[Condition, ...]:
    if not isinstance(block, dict) or not all(isinstance(keys, dict) for keys in block.values()):
        raise MalformedPolicy("A Condition must be an object of operators, each an object of keys.")
    try:
        return tuple(
            read_condition(operator, key, read_texts(wanted, "Condition"))
            for operator, keys in block.items()
            for key, wanted in keys.items()
        )
    except ValueError as error:
        raise MalformedPolicy(str(error)) from error


def read_texts(value: Any, element: str) -> tuple[str, ...]:
    """One text or several. In conditions JSON's numbers and booleans stand for their texts."""
    listed = value if isinstance(value, list) else [value]
    plain = (str, bool, int, float) if element == "Condition" else (str,)
    if not listed or not all(isinstance(item, plain) for item in listed):
        raise MalformedPolicy(f"{element} must be a text or a list of texts.")
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in listed)
