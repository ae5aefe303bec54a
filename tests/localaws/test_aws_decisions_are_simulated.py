from __future__ import annotations

import json

from tests.localaws.cloud import ACCOUNT, PORTAL, allow, role_arn

HOUSE = f"arn:aws:chime:us-east-1:{ACCOUNT}:app-instance/a1"
CONNECT = {"ActionNames": ["chime:Connect"], "ResourceArns": [f"{HOUSE}/user/alice", f"{HOUSE}/user/bob"]}


def entry(key, *values):
    return {"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": "string"}


ALICE = [entry("aws:PrincipalTag/AppInstanceId", "a1"), entry("aws:PrincipalTag/UserUUID", "alice")]


def decisions(answer):
    return [result["EvalDecision"] for result in answer["EvaluationResults"]]


def test_a_principals_own_policies_are_asked(cloud, code):
    simulate = cloud.iam().simulate_principal_policy
    answer = simulate(PolicySourceArn=role_arn("ChimeMember"), **CONNECT, ContextEntries=ALICE)
    assert decisions(answer) == ["allowed", "implicitDeny"]
    assert answer["EvaluationResults"][0]["MatchedStatements"] == [{"SourcePolicyId": "member/SelfOnly"}]
    deny = json.dumps({**allow(["*"], "*"), "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}})
    answer = simulate(PolicySourceArn=role_arn("ChimeMember"), **CONNECT, ContextEntries=ALICE, PolicyInputList=[deny])
    assert decisions(answer) == ["explicitDeny", "explicitDeny"]
    assert code(simulate, PolicySourceArn=role_arn("Ghost"), **CONNECT) == "NoSuchEntity"
    assert code(simulate, PolicySourceArn=role_arn("ChimeMember"), **CONNECT, PolicyInputList=["{"]) == "InvalidInput"
    unserved = {"PolicySourceArn": role_arn("ChimeMember"), **CONNECT, "CallerArn": role_arn("ChimeMember")}
    assert code(simulate, **unserved) == "NotServedHere"


def test_policies_are_asked_that_are_nobodys_yet(cloud, code):
    simulate = cloud.iam().simulate_custom_policy
    own, boundary = json.dumps(allow(["chime:*"], "*")), json.dumps(allow(["chime:*"], f"{HOUSE}/user/a*"))
    assert decisions(simulate(PolicyInputList=[own], **CONNECT)) == ["allowed", "allowed"]
    bound = simulate(PolicyInputList=[own], PermissionsBoundaryPolicyInputList=[boundary], **CONNECT)
    assert decisions(bound) == ["allowed", "implicitDeny"]
    assert code(cloud.iam(PORTAL).simulate_custom_policy, PolicyInputList=[own], **CONNECT) == "AccessDenied"
