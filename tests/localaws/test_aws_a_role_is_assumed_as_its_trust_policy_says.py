from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from tests.localaws.cloud import ACCOUNT, READER, STRANGER, role_arn, tags

MEMBER = {"RoleArn": role_arn("ChimeMember"), "RoleSessionName": "chime_alice"}
TAGGED = {**MEMBER, "Tags": tags(UserUUID="alice", AppInstanceId="a1", TenantId="acme")}


def test_the_answer_has_all_that_a_client_needs(cloud):
    answer = cloud.sts().assume_role(**TAGGED, DurationSeconds=900)
    credentials, person = answer["Credentials"], answer["AssumedRoleUser"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert len(credentials["SecretAccessKey"]) == 40
    left = credentials["Expiration"] - datetime.now(UTC)
    assert timedelta(seconds=890) < left <= timedelta(seconds=900)
    assert person["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/ChimeMember/chime_alice"
    assert person["AssumedRoleId"].startswith("AROA")
    assert person["AssumedRoleId"].endswith(":chime_alice")
    assert 0 < answer["PackedPolicySize"] < 10


def test_the_session_knows_who_it_is(cloud):
    session = cloud.assume(name="chime_alice", Tags=TAGGED["Tags"])
    caller = cloud.sts(session).get_caller_identity()
    assert caller["Account"] == ACCOUNT
    assert caller["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/ChimeMember/chime_alice"
    assert cloud.sts().get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/portal"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"Tags": tags(UserUUID="alice")},
        {"Tags": tags(UserUUID="", AppInstanceId="a1")},
        {"Tags": tags(UserUUID="alice", AppInstanceId="a1", Admin="yes")},
    ],
    ids=["no tags", "a tag missing", "an empty tag", "a tag too many"],
)
def test_the_trust_policy_asks_for_the_right_tags(cloud, code, given):
    assert code(cloud.sts().assume_role, **MEMBER, **given) == "AccessDenied"


def test_tags_need_sts_tag_session_in_the_trust_policy(cloud, code):
    untagged = {"RoleArn": role_arn("NoTags"), "RoleSessionName": "chime_alice"}
    assert cloud.sts().assume_role(**untagged)["Credentials"]
    assert code(cloud.sts().assume_role, **untagged, Tags=tags(UserUUID="alice")) == "AccessDenied"


def test_a_role_that_does_not_exist_is_refused_like_one_that_does_not_trust(cloud, code):
    ghost = {"RoleArn": role_arn("Ghost"), "RoleSessionName": "chime_alice"}
    assert code(cloud.sts().assume_role, **ghost) == "AccessDenied"
    assert code(cloud.sts(READER).assume_role, **TAGGED) == "AccessDenied"


def test_an_external_id_must_be_the_agreed_one(cloud, code):
    partner = {"RoleArn": role_arn("Partner"), "RoleSessionName": "chime_alice"}
    assert cloud.sts().assume_role(**partner, ExternalId="partner-7")["Credentials"]
    assert code(cloud.sts().assume_role, **partner, ExternalId="partner-8") == "AccessDenied"
    assert code(cloud.sts().assume_role, **partner) == "AccessDenied"


def test_the_session_name_can_be_a_condition(cloud, code):
    named = {"RoleArn": role_arn("Named")}
    assert cloud.sts().assume_role(**named, RoleSessionName="chime_alice")["Credentials"]
    assert code(cloud.sts().assume_role, **named, RoleSessionName="alice") == "AccessDenied"


def test_a_source_identity_needs_a_permission_of_its_own(cloud, code):
    given = {"RoleSessionName": "chime_alice", "SourceIdentity": "alice"}
    assert cloud.sts().assume_role(RoleArn=role_arn("Named"), **given)["SourceIdentity"] == "alice"
    assert code(cloud.sts().assume_role, RoleArn=role_arn("NoTags"), **given) == "AccessDenied"


def test_trust_in_the_account_leaves_the_choice_to_the_callers_own_policies(cloud, code):
    delegated = {"RoleArn": role_arn("Delegated"), "RoleSessionName": "chime_alice"}
    assert code(cloud.sts().assume_role, **delegated) == "AccessDenied"
    assert code(cloud.sts(STRANGER).assume_role, **delegated) == "AccessDenied"


def test_another_account_comes_in_when_both_sides_say_so(cloud, code):
    opened = {"RoleArn": role_arn("OpenToOthers"), "RoleSessionName": "chime_alice"}
    assert cloud.sts(STRANGER).assume_role(**opened)["Credentials"]
    assert code(cloud.sts().assume_role, **opened) == "AccessDenied"


def test_a_session_lasts_no_longer_than_the_role_allows(cloud, code):
    guest = {**TAGGED, "RoleArn": role_arn("ChimeGuest")}
    assert cloud.sts().assume_role(**guest, DurationSeconds=3600)["Credentials"]
    assert code(cloud.sts().assume_role, **guest, DurationSeconds=3601) == "ValidationError"
    assert cloud.sts().assume_role(**TAGGED, DurationSeconds=43200)["Credentials"]


def test_a_role_from_a_role_lasts_an_hour_at_most(cloud, code):
    member = cloud.assume(Tags=TAGGED["Tags"])
    chained = {"RoleArn": role_arn("Next"), "RoleSessionName": "chime_alice"}
    assert cloud.sts(member).assume_role(**chained, DurationSeconds=3600)["Credentials"]
    assert code(cloud.sts(member).assume_role, **chained, DurationSeconds=3601) == "ValidationError"


def test_a_source_identity_stays_in_the_chain_where_the_next_role_lets_it(cloud, code):
    named = cloud.assume("Named", name="chime_alice", SourceIdentity="alice")
    chained = {"RoleArn": role_arn("AfterNamed"), "RoleSessionName": "chime_alice"}
    assert cloud.sts(named).assume_role(**chained)["SourceIdentity"] == "alice"
    assert code(cloud.sts(named).assume_role, **chained, SourceIdentity="bob") == "AccessDenied"
    forgetful = {**chained, "RoleArn": role_arn("AfterNamedOnly")}
    assert code(cloud.sts(named).assume_role, **forgetful) == "AccessDenied"
    assert cloud.assume("AfterNamedOnly", cloud.assume("Named", name="chime_alice"))


def test_a_second_factor_can_be_a_condition(cloud, code):
    careful = {"RoleArn": role_arn("Careful"), "RoleSessionName": "chime_alice"}
    device = f"arn:aws:iam::{ACCOUNT}:mfa/portal"
    assert cloud.sts().assume_role(**careful, SerialNumber=device, TokenCode="123456")["Credentials"]
    assert code(cloud.sts().assume_role, **careful) == "AccessDenied"
    assert code(cloud.sts().assume_role, **careful, SerialNumber=device) == "AccessDenied"
    foreign = device.replace(ACCOUNT, "444455556666")
    assert code(cloud.sts().assume_role, **careful, SerialNumber=foreign, TokenCode="123456") == "AccessDenied"
    assert code(cloud.sts().assume_role, **careful, SerialNumber=device, TokenCode="12345x") == "ValidationError"


def test_what_is_not_served_says_so(cloud, code):
    context = [{"ProviderArn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/x", "ContextAssertion": "told"}]
    assert code(cloud.sts().assume_role, **TAGGED, ProvidedContexts=context) == "NotServedHere"


def test_transitive_tags_go_along_and_cannot_be_given_again(cloud, acme, code):
    given = tags(UserUUID="alice", AppInstanceId=acme.id)
    member = cloud.assume(Tags=given, TransitiveTagKeys=["UserUUID"])
    chained = {"RoleArn": role_arn("Next"), "RoleSessionName": "chime_alice"}
    refusal = code(cloud.sts(member).assume_role, **chained, Tags=tags(useruuid="bob"))
    assert refusal == "InvalidParameterValue"
    following = cloud.assume("Next", member, Tags=tags(Room="lobby"))
    cloud.identity(following).describe_app_instance(AppInstanceArn=acme.arn)
    last = cloud.control("GET", "calls")["calls"][-1]
    assert last["session_tags"] == {"UserUUID": "alice", "Room": "lobby"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"RoleSessionName": "a:b"}, "ValidationError"),
        ({"RoleSessionName": "a" * 65}, "ValidationError"),
        ({"RoleSessionName": "alice smith"}, "ValidationError"),
        ({"DurationSeconds": 43201}, "ValidationError"),
        ({"ExternalId": "no spaces"}, "ValidationError"),
        ({"Tags": tags(UserUUID="a*", AppInstanceId="a1")}, "ValidationError"),
        ({"Tags": tags(UserUUID="a" * 257, AppInstanceId="a1")}, "ValidationError"),
        ({"Tags": tags(UserUUID="a", useruuid="b")}, "InvalidParameterValue"),
        ({"Tags": tags(**{"aws:x": "b"})}, "InvalidParameterValue"),
        ({"Tags": [{"Key": f"k{index}", "Value": "v"} for index in range(51)]}, "ValidationError"),
        ({"TransitiveTagKeys": ["Unknown"]}, "InvalidParameterValue"),
        ({"Policy": "no json"}, "MalformedPolicyDocument"),
        ({"Policy": '{"Version": "2012-10-17", "Statement": [{"Effect": "Perhaps"}]}'}, "MalformedPolicyDocument"),
        ({"Policy": "{" + " " * 2048 + "}"}, "ValidationError"),
    ],
)
def test_limits_of_what_is_asked(cloud, code, given, expected):
    assert code(cloud.sts().assume_role, **{**TAGGED, **given}) == expected


def test_tags_that_do_not_pack_are_too_many(cloud, code):
    next_role = cloud.assume(Tags=TAGGED["Tags"])
    noisy = tags(**{f"key{index}": noise(index) for index in range(50)})
    wish = {"RoleArn": role_arn("Next"), "RoleSessionName": "chime_alice", "Tags": noisy}
    assert code(cloud.sts(next_role).assume_role, **wish) == "PackedPolicyTooLarge"


def noise(seed: int) -> str:
    return "".join(hashlib.sha256(f"{seed}/{part}".encode()).hexdigest() for part in range(4))


def test_characters_of_every_script_fit_in_a_tag(cloud):
    assert cloud.sts().assume_role(**{**TAGGED, "Tags": tags(UserUUID="Ångström 東京_1", AppInstanceId="a1")})
