"""The rules of evaluation as a table: a statement, what is asked, and the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.iam.documents import MalformedPolicy, read_policy
from localaws.iam.policy import NamedPolicy, Question, Verdict, judge

A, D, S = Verdict.ALLOW, Verdict.DENY, Verdict.SILENCE
ROOM = "arn:aws:chime:us-east-1:111122223333:app-instance/a1/channel/c1"
ALICE = "arn:aws:chime:us-east-1:111122223333:app-instance/a1/user/alice"
TAGGED = "arn:aws:chime:us-east-1:111122223333:app-instance/${aws:PrincipalTag/App}/user/${aws:PrincipalTag/User}"
CONTEXT = {
    "aws:principaltag/app": ("a1",),
    "aws:principaltag/user": ("alice",),
    "aws:principaltag/star": ("*",),
    "aws:tagkeys": ("App", "User"),
    "aws:tokenissuetime": ("2026-11-23T12:00:00Z",),
    "aws:currenttime": ("2026-11-23T12:30:00Z",),
    "aws:sourceip": ("10.1.2.3",),
    "aws:securetransport": ("false",),
    "aws:principalarn": ("arn:aws:iam::111122223333:role/ChimeMember",),
    "sts:durationseconds": ("900",),
}


def verdict(
    *statements: dict[str, Any], action: str = "chime:SendChannelMessage", resource: str = ROOM, **document
) -> Verdict:
    whole = {"Version": "2012-10-17", **document, "Statement": [complete(each) for each in statements]}
    return judge([NamedPolicy("p", read_policy(whole))], Question(action, resource, CONTEXT)).verdict


def complete(statement: dict[str, Any]) -> dict[str, Any]:
    action = {} if "NotAction" in statement else {"Action": "*"}
    resource = {} if "NotResource" in statement else {"Resource": "*"}
    return {"Effect": "Allow", **action, **resource, **statement}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Action": "chime:SendChannelMessage"}, A),
        ({"Action": "CHIME:sendchannelmessage"}, A),
        ({"Action": ["chime:Get*", "chime:Send*"]}, A),
        ({"Action": "chime:SendChannelMessag?"}, A),
        ({"Action": "chime:Send"}, S),
        ({"Action": "sts:*"}, S),
        ({"NotAction": "sts:*"}, A),
        ({"NotAction": "chime:Send*"}, S),
        ({"Resource": ROOM}, A),
        ({"Resource": "arn:aws:chime:*:*:app-instance/*/channel/*"}, A),
        ({"Resource": "arn:aws:chime:*:app-instance/*"}, S),
        ({"Resource": "arn:aws:chime"}, A),
        ({"Resource": "arn:aws:sts"}, S),
        ({"Resource": "arn:*"}, A),
        ({"Resource": "arn:aws:chime:us-*-1:app-instance/*"}, S),
        ({"Resource": ROOM.upper().replace("ARN:AWS", "arn:aws")}, S),
        ({"NotResource": ROOM}, S),
        ({"NotResource": ALICE}, A),
        ({"Effect": "Deny"}, D),
    ],
)
def test_actions_and_resources(statement, expected):
    assert verdict(statement) is expected


def test_a_deny_beats_every_allow():
    assert verdict({}, {"Effect": "Deny", "Action": "chime:Send*"}, {}) is D
    assert verdict({}, {"Effect": "Deny", "Action": "chime:Get*"}) is A
    assert verdict() is S


def test_variables_stand_for_the_sessions_tags():
    assert verdict({"Resource": TAGGED}, resource=ALICE) is A
    assert verdict({"Resource": TAGGED}, resource=ALICE.replace("alice", "bob")) is S


def test_a_variable_that_is_missing_matches_nothing():
    missing = TAGGED.replace("/User}", "/Nobody}")
    assert verdict({"Resource": missing}, resource=ALICE) is S
    assert verdict({"Resource": [missing, ALICE]}, resource=ALICE) is A
    assert verdict({"Resource": missing.replace("Nobody}", "Nobody, 'alice'}")}, resource=ALICE) is A
    assert verdict({"Resource": TAGGED.replace("/User}", "/Nobody}")}, resource=ALICE[:-5]) is S


def test_a_tag_of_a_star_is_a_wildcard_in_a_resource_and_a_star_in_a_condition():
    starred = TAGGED.replace("/User}", "/Star}")
    assert verdict({"Resource": starred}, resource=ALICE) is A
    like = {"StringLike": {"aws:PrincipalTag/User": "${aws:PrincipalTag/Star}"}}
    assert verdict({"Condition": like}) is S


def test_a_star_can_be_meant_literally():
    literal = ALICE.replace("alice", "${*}${?}${$}")
    assert verdict({"Resource": literal}, resource=ALICE.replace("alice", "*?$")) is A
    assert verdict({"Resource": literal}, resource=ALICE.replace("alice", "al$")) is S


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Resource": "arn:*:chime:*us*:*:*c*1"}, A),
        ({"Resource": "arn:*chime:*:app-instance/**/channel/**"}, S),
        ({"Resource": "arn:*:chime:us-*-*1:1*3:*app*/?1/*a*l/*?"}, A),
        ({"Resource": "arn:aws:c*:u?-east-*:*app-instance*:*channel*c1"}, S),
        ({"Resource": "arn:aws:*:*:app-instance/a1/channel/c1"}, S),
        ({"Resource": "arn:aws:*e:*1:111*333:*/c1*"}, A),
        ({"Resource": "*"}, A),
        ({"Action": "c*:*S*e*a*"}, A),
        ({"Action": "chime:*send*Message*s*"}, S),
    ],
)
def test_stars_take_as_much_as_they_need(statement, expected):
    assert verdict(statement) is expected


def test_the_old_version_has_no_variables():
    assert verdict({"Resource": TAGGED}, resource=ALICE, Version="2008-10-17") is S


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "expected"),
    [
        ("StringEquals", "aws:PrincipalTag/User", "alice", A),
        ("StringEquals", "AWS:principaltag/USER", "alice", A),
        ("StringEquals", "aws:PrincipalTag/User", ["bob", "alice"], A),
        ("StringEquals", "aws:PrincipalTag/User", "Alice", S),
        ("StringEquals", "aws:PrincipalTag/User", "${aws:PrincipalTag/user}", A),
        ("StringEquals", "aws:PrincipalTag/User", "${aws:PrincipalTag/None}", S),
        ("StringEqualsIgnoreCase", "aws:PrincipalTag/User", "ALICE", A),
        ("StringNotEquals", "aws:PrincipalTag/User", "bob", A),
        ("StringNotEquals", "aws:PrincipalTag/User", ["bob", "alice"], S),
        ("StringLike", "aws:PrincipalTag/User", "al?c*", A),
        ("StringLike", "aws:PrincipalTag/User", "?*", A),
        ("StringNotLike", "aws:PrincipalTag/User", "al*", S),
        ("StringEquals", "aws:PrincipalTag/None", "x", S),
        ("StringNotEquals", "aws:PrincipalTag/None", "x", A),
        ("StringEqualsIfExists", "aws:PrincipalTag/None", "x", A),
        ("StringEqualsIfExists", "aws:PrincipalTag/User", "x", S),
        ("Null", "aws:PrincipalTag/None", "true", A),
        ("Null", "aws:PrincipalTag/None", True, A),
        ("Null", "aws:PrincipalTag/User", "true", S),
        ("Null", "aws:PrincipalTag/User", "false", A),
        ("Bool", "aws:SecureTransport", "false", A),
        ("Bool", "aws:SecureTransport", True, S),
        ("NumericEquals", "sts:DurationSeconds", 900, A),
        ("NumericLessThanEquals", "sts:DurationSeconds", "3600", A),
        ("NumericGreaterThan", "sts:DurationSeconds", "900", S),
        ("NumericEquals", "aws:PrincipalTag/User", "1", S),
        ("DateLessThan", "aws:TokenIssueTime", "2026-11-23T12:00:01Z", A),
        ("DateLessThan", "aws:TokenIssueTime", "2026-11-23T12:00:00Z", S),
        ("DateGreaterThan", "aws:CurrentTime", "2026-11-23", A),
        ("DateGreaterThan", "aws:CurrentTime", "nonsense", S),
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", A),
        ("IpAddress", "aws:SourceIp", "10.1.2.3", A),
        ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", S),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*", A),
        ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/ChimeMember", A),
        ("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/*", S),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["App", "User", "Tenant"], A),
        ("ForAllValues:StringEquals", "aws:TagKeys", ["App"], S),
        ("ForAllValues:StringEquals", "aws:None", ["App"], A),
        ("ForAnyValue:StringEquals", "aws:TagKeys", ["App"], A),
        ("ForAnyValue:StringEquals", "aws:TagKeys", ["Tenant"], S),
        ("ForAnyValue:StringEquals", "aws:None", ["App"], S),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["App"], A),
        ("ForAllValues:StringNotEquals", "aws:TagKeys", ["Tenant"], A),
        ("ForAllValues:StringNotEquals", "aws:TagKeys", ["App"], S),
    ],
)
def test_conditions(operator, key, wanted, expected):
    assert verdict({"Condition": {operator: {key: wanted}}}) is expected


def test_all_conditions_must_hold():
    holds, fails = {"aws:PrincipalTag/User": "alice"}, {"aws:PrincipalTag/App": "a2"}
    assert verdict({"Condition": {"StringEquals": holds}}) is A
    assert verdict({"Condition": {"StringEquals": {**holds, **fails}}}) is S
    assert verdict({"Condition": {"StringEquals": holds, "StringLike": fails}}) is S


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"Version": "2012-10-18", "Statement": []},
        {"Statement": [{}]},
        {"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "SendChannelMessage", "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "everything"}]},
        {"Statement": [{"Effect": "Allow", "Action": [], "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": []}]},
        {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Equals": {"a": "b"}}}]},
        {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"a": {}}}}]},
        {"Statement": [], "Statements": []},
    ],
)
def test_what_is_no_policy_is_refused_and_not_half_understood(document):
    with pytest.raises(MalformedPolicy):
        read_policy(document)
