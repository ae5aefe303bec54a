from __future__ import annotations

import json

import pytest

from tests.localaws.cloud import ACCOUNT, OTHER_ACCOUNT, OWNER, PORTAL, READER, STRANGER_ARN, Key, allow, role_arn, tags

ASSUME = ["sts:AssumeRole", "sts:TagSession"]


def trust(principal=f"arn:aws:iam::{ACCOUNT}:user/portal", actions=ASSUME, **rest) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": actions, **rest}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def policy(*actions, resource="*", **rest) -> str:
    document = allow(list(actions), resource)
    document["Statement"][0] |= rest
    return json.dumps(document)


@pytest.fixture
def lab(cloud):
    """A role that the portal may assume, with nothing to do."""
    iam = cloud.iam()
    role = iam.create_role(RoleName="Lab", AssumeRolePolicyDocument=trust(), Path="/lab/", Tags=tags(Team="blue"))[
        "Role"
    ]
    yield role
    for name in iam.list_role_policies(RoleName="Lab")["PolicyNames"]:
        iam.delete_role_policy(RoleName="Lab", PolicyName=name)
    for attached in iam.list_attached_role_policies(RoleName="Lab")["AttachedPolicies"]:
        iam.detach_role_policy(RoleName="Lab", PolicyArn=attached["PolicyArn"])
    iam.delete_role(RoleName="Lab")


def become_lab(cloud) -> Key:
    key: Key = cloud.assume("lab/Lab", name="lab")
    return key


def test_a_role_is_made_read_changed_and_deleted(cloud, code):
    iam = cloud.iam()
    made = iam.create_role(RoleName="Made", AssumeRolePolicyDocument=trust(), Description="made")["Role"]
    assert made["Arn"] == role_arn("Made")
    assert made["RoleId"].startswith("AROA")
    assert made["AssumeRolePolicyDocument"] == json.loads(trust())
    assert code(iam.create_role, RoleName="MADE", AssumeRolePolicyDocument=trust()) == "EntityAlreadyExists"
    iam.update_role(RoleName="Made", MaxSessionDuration=7200, Description="changed")
    read = iam.get_role(RoleName="Made")["Role"]
    assert (read["MaxSessionDuration"], read["Description"]) == (7200, "changed")
    iam.delete_role(RoleName="Made")
    assert code(iam.get_role, RoleName="Made") == "NoSuchEntity"
    assert code(iam.delete_role, RoleName="Made") == "NoSuchEntity"
    again = iam.create_role(RoleName="Made", AssumeRolePolicyDocument=trust())["Role"]
    assert again["RoleId"] != made["RoleId"]
    iam.delete_role(RoleName="Made")


def test_a_session_does_not_outlive_its_role_in_another_of_the_same_name(cloud, code):
    iam = cloud.iam()
    iam.create_role(RoleName="Twin", AssumeRolePolicyDocument=trust())
    session = cloud.assume("Twin")
    assert cloud.sts(session).get_caller_identity()
    iam.delete_role(RoleName="Twin")
    iam.create_role(RoleName="Twin", AssumeRolePolicyDocument=trust())
    assert code(cloud.sts(session).get_caller_identity) == "InvalidClientTokenId"
    iam.delete_role(RoleName="Twin")


def test_policies_of_a_role_count_at_once(cloud, acme, lab, code):
    iam = cloud.iam()
    session = cloud.identity(become_lab(cloud))
    assert code(session.describe_app_instance, AppInstanceArn=acme.arn) == "AccessDeniedException"
    iam.put_role_policy(RoleName="Lab", PolicyName="look", PolicyDocument=policy("chime:Describe*"))
    assert session.describe_app_instance(AppInstanceArn=acme.arn)
    assert iam.get_role_policy(RoleName="Lab", PolicyName="look")["PolicyDocument"] == json.loads(
        policy("chime:Describe*")
    )
    assert iam.list_role_policies(RoleName="Lab")["PolicyNames"] == ["look"]
    iam.put_role_policy(RoleName="Lab", PolicyName="deny", PolicyDocument=policy("*", Effect="Deny", Sid="Stop"))
    assert code(session.describe_app_instance, AppInstanceArn=acme.arn) == "AccessDeniedException"
    assert cloud.control("GET", "calls")["calls"][-1]["decided_by"] == ["deny/Stop"]
    assert code(iam.delete_role, RoleName="Lab") == "DeleteConflict"
    iam.delete_role_policy(RoleName="Lab", PolicyName="deny")
    assert session.describe_app_instance(AppInstanceArn=acme.arn)
    assert code(iam.get_role_policy, RoleName="Lab", PolicyName="deny") == "NoSuchEntity"
    assert code(iam.delete_role_policy, RoleName="Lab", PolicyName="deny") == "NoSuchEntity"


def test_older_sessions_can_be_revoked(cloud, acme, lab, code):
    iam = cloud.iam()
    iam.put_role_policy(RoleName="Lab", PolicyName="all", PolicyDocument=policy("chime:*"))
    session = cloud.identity(become_lab(cloud))
    assert session.describe_app_instance(AppInstanceArn=acme.arn)
    before = {"DateLessThan": {"aws:TokenIssueTime": "2999-01-01T00:00:00Z"}}
    revoke = policy("*", Effect="Deny", Condition=before)
    iam.put_role_policy(RoleName="Lab", PolicyName="AWSRevokeOlderSessions", PolicyDocument=revoke)
    assert code(session.describe_app_instance, AppInstanceArn=acme.arn) == "AccessDeniedException"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("no json", "MalformedPolicyDocument"),
        ('{"Version": "2012-10-17", "Statement": [{"Effect": "Perhaps"}]}', "MalformedPolicyDocument"),
        (trust(), "MalformedPolicyDocument"),
        (policy("SendChannelMessage"), "MalformedPolicyDocument"),
        (policy("chime:*", Sid="no spaces"), "MalformedPolicyDocument"),
        (policy(*(f"chime:A{number:06}" for number in range(800))), "LimitExceeded"),
    ],
)
def test_what_is_no_policy_is_not_kept(cloud, lab, code, document, expected):
    given = {"RoleName": "Lab", "PolicyName": "own", "PolicyDocument": document}
    assert code(cloud.iam().put_role_policy, **given) == expected


def test_inline_policies_share_10240_characters(cloud, lab, code):
    half = policy(*(f"chime:A{number:06}" for number in range(330)))
    assert 5120 < len("".join(half.split())) < 5500
    iam = cloud.iam()
    iam.put_role_policy(RoleName="Lab", PolicyName="first", PolicyDocument=half + " " * 9000)
    second = {"RoleName": "Lab", "PolicyName": "second", "PolicyDocument": half}
    assert code(iam.put_role_policy, **second) == "LimitExceeded"
    iam.put_role_policy(RoleName="Lab", PolicyName="first", PolicyDocument=policy("chime:*"))
    assert iam.put_role_policy(**second)


@pytest.mark.parametrize(
    "document",
    [
        policy("sts:AssumeRole"),
        trust(actions=["chime:*"]),
        trust(principal=f"arn:aws:iam::{ACCOUNT}:user/nobody"),
        trust(principal=f"arn:aws:iam::{ACCOUNT}:role/Lab"),
        trust(principal="portal"),
        trust(Resource="*"),
        trust().replace('"Principal"', '"NotPrincipal"'),
        trust(Condition={"Equals": {"a": "b"}}),
    ],
)
def test_a_trust_policy_must_make_sense(cloud, lab, code, document):
    update = cloud.iam().update_assume_role_policy
    assert code(update, RoleName="Lab", PolicyDocument=document) == "MalformedPolicyDocument"
    assert become_lab(cloud)


def test_a_trust_policy_can_be_changed(cloud, lab, code):
    iam = cloud.iam()
    iam.update_assume_role_policy(RoleName="Lab", PolicyDocument=trust(STRANGER_ARN))
    assume = {"RoleArn": lab["Arn"], "RoleSessionName": "lab"}
    assert code(cloud.sts(PORTAL).assume_role, **assume) == "AccessDenied"
    denied = json.loads(trust())
    denied["Statement"].append({**denied["Statement"][0], "Effect": "Deny", "Sid": "NotHim"})
    iam.update_assume_role_policy(RoleName="Lab", PolicyDocument=json.dumps(denied))
    assert code(cloud.sts(PORTAL).assume_role, **assume) == "AccessDenied"
    assert cloud.control("GET", "calls")["calls"][-1]["decided_by"] == ["trust policy of Lab/NotHim"]


def test_the_tags_of_a_role_are_those_of_its_sessions(cloud, acme, lab, code):
    iam = cloud.iam()
    blue = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}
    iam.put_role_policy(RoleName="Lab", PolicyName="all", PolicyDocument=policy("chime:*", Condition=blue))
    session = cloud.identity(become_lab(cloud))
    assert session.describe_app_instance(AppInstanceArn=acme.arn)
    iam.tag_role(RoleName="Lab", Tags=tags(TEAM="red"))
    assert iam.list_role_tags(RoleName="Lab")["Tags"] == tags(TEAM="red")
    assert code(session.describe_app_instance, AppInstanceArn=acme.arn) == "AccessDeniedException"
    iam.untag_role(RoleName="Lab", TagKeys=["team"])
    assert iam.get_role(RoleName="Lab")["Role"].get("Tags") is None
    assert code(iam.tag_role, RoleName="Lab", Tags=tags(a="1", A="2")) == "InvalidInput"
    assert code(iam.tag_role, RoleName="Lab", Tags=tags(**{"aws:a": "1"})) == "InvalidInput"


def test_roles_come_in_pages(cloud, code):
    iam = cloud.iam()
    names = [f"Page{number}" for number in range(5)]
    for name in names:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(), Path="/pages/")
    pages = list(iam.get_paginator("list_roles").paginate(PathPrefix="/pages/", PaginationConfig={"PageSize": 2}))
    assert [[role["RoleName"] for role in page["Roles"]] for page in pages] == [names[:2], names[2:4], names[4:]]
    assert code(iam.list_roles, Marker="nonsense") == "ValidationError"
    for name in names:
        iam.delete_role(RoleName=name)


def test_managed_policies_are_attached_and_bound(cloud, acme, lab, code):
    iam = cloud.iam()
    made = iam.create_policy(PolicyName="look", PolicyDocument=policy("chime:Describe*"))["Policy"]
    arn = made["Arn"]
    assert code(iam.create_policy, PolicyName="look", PolicyDocument=policy("chime:*")) == "EntityAlreadyExists"
    iam.attach_role_policy(RoleName="Lab", PolicyArn=arn)
    session = cloud.identity(become_lab(cloud))
    assert session.describe_app_instance(AppInstanceArn=acme.arn)
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert version["Document"] == json.loads(policy("chime:Describe*"))
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert code(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    iam.detach_role_policy(RoleName="Lab", PolicyArn=arn)
    assert code(iam.detach_role_policy, RoleName="Lab", PolicyArn=arn) == "NoSuchEntity"
    assert code(session.describe_app_instance, AppInstanceArn=acme.arn) == "AccessDeniedException"
    iam.delete_policy(PolicyArn=arn)
    assert code(iam.attach_role_policy, RoleName="Lab", PolicyArn=arn) == "NoSuchEntity"


def test_a_boundary_and_session_policies_only_take_away(cloud, acme, code):
    iam = cloud.iam()
    describe = iam.create_policy(PolicyName="describe", PolicyDocument=policy("chime:Describe*"))["Policy"]["Arn"]
    iam.create_role(RoleName="Bound", AssumeRolePolicyDocument=trust(), PermissionsBoundary=describe)
    iam.put_role_policy(RoleName="Bound", PolicyName="all", PolicyDocument=policy("chime:*"))
    bound = cloud.identity(cloud.assume("Bound"))
    assert bound.describe_app_instance(AppInstanceArn=acme.arn)
    assert code(bound.list_app_instances) == "AccessDeniedException"
    narrowed = cloud.assume("NoTags", PolicyArns=[{"arn": describe}])
    assert cloud.identity(narrowed).describe_app_instance(AppInstanceArn=acme.arn)
    assert code(cloud.identity(narrowed).list_app_instances) == "AccessDeniedException"
    unknown = [{"arn": f"arn:aws:iam::{ACCOUNT}:policy/unknown"}]
    wish = {"RoleArn": role_arn("NoTags"), "RoleSessionName": "narrow"}
    assert code(cloud.sts().assume_role, **wish, PolicyArns=unknown) == "ValidationError"
    assert code(cloud.sts().assume_role, **wish, PolicyArns=[{"arn": describe}] * 11) == "ValidationError"
    assert code(cloud.iam().delete_policy, PolicyArn=describe) == "DeleteConflict"
    iam.delete_role_policy(RoleName="Bound", PolicyName="all")
    iam.delete_role(RoleName="Bound")
    iam.delete_policy(PolicyArn=describe)


def test_iam_is_for_those_who_may(cloud, lab, code):
    for key in (PORTAL, READER):
        assert code(cloud.iam(key).get_role, RoleName="Lab") == "AccessDenied"
        assert code(cloud.iam(key).list_roles) == "AccessDenied"
        assert code(cloud.iam(key).create_user, UserName="mallory") == "AccessDenied"
    foreign = f"arn:aws:iam::{OTHER_ACCOUNT}:policy/theirs"
    assert code(cloud.iam(OWNER).get_policy, PolicyArn=foreign) == "AccessDenied"
    assert code(cloud.iam(OWNER).get_policy, PolicyArn="no arn of any kind at all") == "ValidationError"


def test_what_iam_may_can_go_by_the_path_and_the_tags_of_a_role(cloud, lab):
    iam = cloud.iam()
    iam.create_user(UserName="keeper")
    for_blue = policy(
        "iam:GetRole",
        resource=f"arn:aws:iam::{ACCOUNT}:role/lab/*",
        Condition={"StringEquals": {"aws:ResourceTag/Team": "blue"}},
    )
    iam.put_user_policy(UserName="keeper", PolicyName="own", PolicyDocument=for_blue)
    made = iam.create_access_key(UserName="keeper")["AccessKey"]
    keeper = cloud.iam(Key(made["AccessKeyId"], made["SecretAccessKey"]))
    assert keeper.get_role(RoleName="Lab")
    iam.tag_role(RoleName="Lab", Tags=tags(Team="red"))
    with pytest.raises(keeper.exceptions.ClientError, match="AccessDenied"):
        keeper.get_role(RoleName="Lab")
    iam.delete_access_key(UserName="keeper", AccessKeyId=made["AccessKeyId"])
    iam.delete_user_policy(UserName="keeper", PolicyName="own")
    iam.delete_user(UserName="keeper")
