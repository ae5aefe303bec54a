"""The same policies and requests before localaws and before an independent implementation: the verdicts are the same.

Where they differ, the other one does not do what AWS documents; the case as it understands it must be judged alike.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from fnmatch import fnmatchcase
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from localaws.iam import policy
from localaws.iam.conditions import Condition
from localaws.iam.documents import read_policy
from localaws.iam.permissions import rule, rule_on_trust
from localaws.iam.policy import NamedPolicy, Question
from localaws.iam.principals import Principal
from localaws.iam.rows import Role
from tests.localaws.cloud import ACCOUNT
from tests.localaws.policy_cases import draw_case
from tests.localaws.runtimes import CLIENTS, find_node

if TYPE_CHECKING:
    from tests.localaws.policy_cases import Case

SEED, CASES, MOST_DIFFERING = 20261123, 600, 3
WORDS = {"Allowed": True, "ImplicitlyDenied": False, "ExplicitlyDenied": False}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    random = Random(SEED)  # noqa: S311 - the same cases each time
    return [draw_case(random) for _ in range(CASES)]


@pytest.fixture(scope="module")
def elsewhere(cases) -> list[bool]:
    """What the other implementation allows."""
    given = json.dumps([simulate(case) for case in cases])
    done = subprocess.run(
        [find_node(), "simulate.mjs"], cwd=CLIENTS, input=given, capture_output=True, text=True, check=True, timeout=60
    )
    return [WORDS[verdict] for verdict in json.loads(done.stdout)]


def simulate(case: Case) -> dict[str, Any]:
    """A case in the words of the other implementation."""
    simulation = {
        "request": {
            "principal": case.principal,
            "action": case.action,
            "resource": {"resource": case.resource, "accountId": ACCOUNT},
            "contextVariables": case.context,
        },
        "identityPolicies": name_all(case.identity),
        "permissionBoundaryPolicies": case.boundary and name_all(case.boundary),
        "sessionPolicy": case.session,
        "resourcePolicy": case.trust,
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
    }
    return {name: value for name, value in simulation.items() if value is not None}


def name_all(documents):
    return [{"name": str(number), "policy": document} for number, document in enumerate(documents)]


def allows(case: Case) -> bool:
    context = {key.lower(): (each,) if isinstance(each, str) else tuple(each) for key, each in case.context.items()}
    question = Question(case.action, case.resource, context)
    principal = Principal(
        account=case.principal.split(":")[4],
        arn=case.principal,
        user_id="AIDA",
        kind="User",
        name="alice",
        policies=read_all(case.identity),
        tags={},
        session_policies=case.session and read_all([case.session]),
        boundary=case.boundary and read_all(case.boundary),
    )
    if case.trust is None:
        return rule(principal, question).denial is None
    role = Role(ACCOUNT, "Trusted", "/", "AROA", json.dumps(case.trust), created_at=0)
    return rule_on_trust(role, principal, question).denial is None


def read_all(documents):
    return tuple(NamedPolicy(str(number), read_policy(document)) for number, document in enumerate(documents))


def with_variables_in_every_version(case: Case) -> Case:
    """It fills in variables whatever the version of a policy; AWS does so from 2012-10-17 on.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    return rewrite(case, lambda document: {**document, "Version": "2012-10-17"})


def with_every_ipv6_address_among_ipv4_addresses(case: Case) -> Case:
    """It finds no IPv6 address outside of a single IPv4 address; to AWS NotIpAddress is all but the given ones.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    source = case.context.get("aws:SourceIp", "")
    return rewrite(case, lambda document: add_address(document, str(source)) if ":" in source else document)


def with_no_any_value_where_there_is_no_key(case: Case) -> Case:
    """It has ForAnyValue...IfExists of a missing key fail; to AWS IfExists of a missing key is true.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    return rewrite(case, must_exist)


def must_exist(document):
    statements = []
    for statement in document["Statement"]:
        block = statement.get("Condition", {})
        strict = {name.removesuffix("IfExists") if name.startswith("ForAny") else name: block[name] for name in block}
        statements.append({**statement, "Condition": strict})
    return {**document, "Statement": statements}


def add_address(document, source: str):
    statements = []
    for statement in document["Statement"]:
        block = statement.get("Condition", {})
        listed = {name: {key: as_list(wanted) for key, wanted in keys.items()} for name, keys in block.items()}
        for name in {"NotIpAddress", "NotIpAddressIfExists"} & listed.keys():
            if "10.1.2.3" in listed[name]["aws:SourceIp"]:
                listed[name]["aws:SourceIp"].append(source)
        statements.append({**statement, "Condition": listed})
    return {**document, "Statement": statements}


def as_list(wanted):
    return [wanted] if isinstance(wanted, str) else list(wanted)


def rewrite(case: Case, change) -> Case:
    return replace(
        case,
        identity=[change(document) for document in case.identity],
        boundary=case.boundary and [change(document) for document in case.boundary],
        session=case.session and change(case.session),
        trust=case.trust and change(case.trust),
    )


WAYS_OF_THE_OTHER = [
    with_variables_in_every_version,
    with_every_ipv6_address_among_ipv4_addresses,
    with_no_any_value_where_there_is_no_key,
]


def test_the_verdicts_are_the_same(cases, elsewhere):
    differing = [(case, verdict) for case, verdict in zip(cases, elsewhere, strict=True) if allows(case) != verdict]
    for case, verdict in differing:
        understood = case
        for way in WAYS_OF_THE_OTHER:
            understood = way(understood)
        assert allows(understood) == verdict, case
    assert len(differing) <= MOST_DIFFERING


def test_the_cases_are_worth_judging(cases, elsewhere):
    """Each kind of case is allowed at times, and refused at times."""
    for kind in ("boundary", "session", "trust"):
        verdicts = [verdict for case, verdict in zip(cases, elsewhere, strict=True) if getattr(case, kind)]
        assert 5 < sum(verdicts) < len(verdicts) - 5, kind
    assert sum(elsewhere) > CASES / 8


BUGS = {
    "statements speak of every resource": (policy.Statement, "names_resource", lambda *_: True),
    "resources have no wildcards": (
        policy,
        "matches_resource",
        lambda pattern, resource, _: pattern in ("*", resource),
    ),
    "actions have a case": (policy, "matches_action", lambda pattern, action: fnmatchcase(action, pattern)),
    "what is missing is never unlike": (Condition, "holds_for_nothing", lambda condition: condition.if_exists),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_would_be_found(cases, elsewhere, monkeypatch, bug):
    monkeypatch.setattr(*BUGS[bug])
    differing = sum(allows(case) != verdict for case, verdict in zip(cases, elsewhere, strict=True))
    assert differing > MOST_DIFFERING
