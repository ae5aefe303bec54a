"""Policies and requests made up at random, near enough to each other that they often meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.localaws.cloud import ACCOUNT, OTHER_ACCOUNT, REGION

if TYPE_CHECKING:
    from random import Random

Document = dict[str, Any]
HOUSE = f"arn:aws:chime:{REGION}:{ACCOUNT}:app-instance/a1"
TRUSTED_ROLE = f"arn:aws:iam::{ACCOUNT}:role/Trusted"
USER, STRANGER = f"arn:aws:iam::{ACCOUNT}:user/alice", f"arn:aws:iam::{OTHER_ACCOUNT}:user/carol"
USER_TAG = "${aws:PrincipalTag/User}"

ACTIONS = ["chime:SendChannelMessage", "chime:ListChannelMessages", "chime:DescribeChannel", "chime:DeleteChannel"]
ACTION_PATTERNS = [
    *ACTIONS,
    "chime:*",
    "*",
    "chime:Send*",
    "CHIME:list*",
    "chime:D?scribeChannel",
    "sts:*",
    "chime:*Channel",
]
RESOURCES = [f"{HOUSE}/channel/c1", f"{HOUSE}/channel/c2", f"{HOUSE}/user/alice", f"{HOUSE}/user/bob"]
RESOURCE_PATTERNS = [
    *RESOURCES,
    "*",
    f"{HOUSE}/*",
    f"{HOUSE}/channel/c?",
    f"{HOUSE}/user/{USER_TAG}",
    f"{HOUSE}/user/${{aws:PrincipalTag/Nobody}}",
    f"{HOUSE}/user/${{aws:PrincipalTag/Nobody, 'bob'}}",
    f"{HOUSE}/*/${{*}}",
    f"arn:aws:chime:*:{ACCOUNT}:app-instance/a1/channel/*",
    f"arn:aws:chime:{REGION}:*:app-instance/*/user/a*e",
    f"arn:aws:chime:us-*-1:{ACCOUNT}:app-instance/a1/ch*",
    f"arn:aws:chime:{REGION}:{OTHER_ACCOUNT}:*",
    "arn:aws:chime",
    "arn:aws:chime:*",
]
CONTEXT: dict[str, list[str | list[str]]] = {
    "aws:PrincipalTag/User": ["alice", "bob", "Alice"],
    "aws:PrincipalTag/Level": ["3", "10", "x"],
    "aws:RequestTag/Room": ["lobby", "attic", "ALICE"],
    "aws:TagKeys": [["Room"], ["Room", "User"], ["User", "Level"]],
    "aws:SourceIp": ["10.1.2.3", "192.0.2.7", "2001:db8::7"],
    "aws:CurrentTime": ["2026-11-23T12:00:00Z", "2027-01-01T00:00:00Z", "noon"],
    "aws:TokenIssueTime": ["2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z"],
    "aws:SecureTransport": ["true", "false"],
    "aws:MultiFactorAuthAge": ["0", "3600", "x"],
    "aws:SourceIdentity": ["alice", "carol"],
    "aws:SourceArn": [f"{HOUSE}/channel/c1", TRUSTED_ROLE],
}
TEXTS = ["alice", "bob", "ALICE", "lobby", "3", "a*", "?ob", USER_TAG, "${aws:PrincipalTag/Nobody, 'bob'}", "${*}", "*"]
NUMBERS = ["3", "10", "0", "3600", "-1", "3.5"]
TIMES = ["2026-11-23T11:30:00Z", "2026-11-23T12:00:00Z", "2026-12-31T23:59:59Z"]
NETWORKS = ["10.0.0.0/8", "10.1.2.3", "192.0.2.0/24", "2001:db8::/32"]
ARNS = [
    f"{HOUSE}/channel/*",
    "arn:aws:iam::*:role/*",
    f"{HOUSE}/user/{USER_TAG}",
    "arn:aws:*:*:*:*",
    f"{HOUSE}/channel/c?",
]
TEXT_KEYS = [
    "aws:PrincipalTag/User",
    "aws:RequestTag/Room",
    "aws:SourceIdentity",
    "aws:PrincipalTag/Level",
    "aws:TagKeys",
]


@dataclass(frozen=True)
class Family:
    """Operators, the keys that they are asked of, and the values that are wanted."""

    operators: list[str]
    keys: list[str]
    wanted: list[str]


FAMILIES = [
    Family(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"], TEXT_KEYS, TEXTS),
    Family(["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"], TEXT_KEYS, TEXTS),
    Family(
        ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan"],
        ["aws:PrincipalTag/Level", "aws:MultiFactorAuthAge"],
        NUMBERS,
    ),
    Family(
        [
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        ["aws:CurrentTime", "aws:TokenIssueTime"],
        TIMES,
    ),
    Family(["Bool"], ["aws:SecureTransport"], ["true", "false"]),
    Family(["IpAddress", "NotIpAddress"], ["aws:SourceIp"], NETWORKS),
    Family(["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"], ["aws:SourceArn"], ARNS),
    Family(["Null"], list(CONTEXT), ["true", "false"]),
]
TRUSTED = [USER, STRANGER, f"arn:aws:iam::{ACCOUNT}:root", OTHER_ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/bob", "*"]
TRUST_ACTIONS = ["sts:AssumeRole", "sts:TagSession", "sts:*", "sts:Assume*"]
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True)
class Case:
    principal: str
    action: str
    resource: str
    context: dict[str, str | list[str]]
    identity: list[Document]
    boundary: list[Document] | None = None
    session: Document | None = None
    trust: Document | None = None


def draw_case(random: Random) -> Case:
    kind = random.choice(["identity", "identity", "identity", "boundary", "session", "trust"])
    if kind == "trust":
        return draw_trust_case(random)
    return Case(
        principal=USER if kind != "session" else f"arn:aws:sts::{ACCOUNT}:assumed-role/Trusted/alice",
        action=random.choice(ACTIONS),
        resource=random.choice(RESOURCES[:2] if kind == "session" else RESOURCES),
        context=draw_context(random),
        identity=[draw_policy(random), draw_policy(random) if kind == "identity" else EVERYTHING],
        boundary=[draw_policy(random)] if kind == "boundary" else None,
        session=draw_policy(random) if kind == "session" else None,
    )


def draw_trust_case(random: Random) -> Case:
    statements = [
        {
            "Effect": draw_effect(random),
            "Principal": {"AWS": draw_some(random, TRUSTED)},
            "Action": draw_some(random, TRUST_ACTIONS),
            **draw_conditions(random),
        }
        for _ in range(random.randint(1, 3))
    ]
    own = {"Effect": draw_effect(random), "Action": draw_some(random, [*TRUST_ACTIONS, "chime:*"]), "Resource": "*"}
    return Case(
        principal=random.choice([USER, STRANGER]),
        action=random.choice(TRUST_ACTIONS[:2]),
        resource=TRUSTED_ROLE,
        context=draw_context(random),
        identity=[{"Version": "2012-10-17", "Statement": [own]}],
        trust={"Version": "2012-10-17", "Statement": statements},
    )


def draw_context(random: Random) -> dict[str, str | list[str]]:
    return {key: random.choice(values) for key, values in CONTEXT.items() if random.random() < 0.7}


def draw_policy(random: Random) -> Document:
    version = "2012-10-17" if random.random() < 0.9 else "2008-10-17"
    return {"Version": version, "Statement": [draw_statement(random) for _ in range(random.randint(1, 3))]}


def draw_statement(random: Random) -> Document:
    action = "Action" if random.random() < 0.8 else "NotAction"
    resource = "Resource" if random.random() < 0.8 else "NotResource"
    return {
        "Effect": draw_effect(random),
        action: draw_some(random, ACTION_PATTERNS),
        resource: draw_some(random, RESOURCE_PATTERNS),
        **draw_conditions(random),
    }


def draw_effect(random: Random) -> str:
    return "Allow" if random.random() < 0.75 else "Deny"


def draw_conditions(random: Random) -> Document:
    block: Document = {}
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        family = random.choice(FAMILIES)
        key = random.choice(family.keys)
        operator = draw_operator(random, family, key)
        block.setdefault(operator, {})[key] = draw_some(random, family.wanted)
    return {"Condition": block} if block else {}


def draw_operator(random: Random, family: Family, key: str) -> str:
    """Keys of many values are asked with a quantifier, as IAM wants it."""
    operator = random.choice(family.operators)
    if operator == "Null":
        return operator
    quantifier = random.choice(["ForAllValues:", "ForAnyValue:"]) if key == "aws:TagKeys" else ""
    return f"{quantifier}{operator}{random.choice(['', '', '', 'IfExists'])}"


def draw_some(random: Random, values: list[str]) -> str | list[str]:
    return (
        random.choice(values)
        if random.random() < 0.5
        else random.sample(values, random.randint(1, 3) if len(values) > 2 else 1)
    )
