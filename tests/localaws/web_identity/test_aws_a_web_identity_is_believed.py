from __future__ import annotations

import base64
import json
import time

import jwt
import pytest

from tests.localaws.cloud import ACCOUNT, OWNER, allow, role_arn, tags
from tests.localaws.issuer import draw_key
from tests.localaws.web_identity.trust import arn_of, become, drop_role, make_role, wish

TAGS = "https://aws.amazon.com/tags"
SOURCE = "https://aws.amazon.com/source_identity"


def test_a_token_becomes_a_session(cloud, nobody, issuer, role):
    answer = nobody.assume_role_with_web_identity(**wish(role, issuer.sign()))
    assert answer["SubjectFromWebIdentityToken"] == "alice"
    assert (answer["Provider"], answer["Audience"]) == (arn_of(issuer), "portal")
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/FromOutside/alice"
    caller = cloud.sts(become(nobody, role, issuer.sign())).get_caller_identity()
    assert caller["Arn"].endswith("assumed-role/FromOutside/alice")


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_every_algorithm_of_aws_will_do(nobody, issuer, role, algorithm):
    issuer.use(k1=algorithm)
    assert become(nobody, role, issuer.sign())


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"aud": "stranger"}, "InvalidIdentityToken"),
        ({"aud": "app"}, "AccessDenied"),
        ({"aud": None}, "InvalidIdentityToken"),
        ({"aud": ["portal", "app"]}, "InvalidIdentityToken"),
        ({"aud": "portal", "azp": "stranger"}, "InvalidIdentityToken"),
        ({"sub": None}, "InvalidIdentityToken"),
        ({"iat": None}, "InvalidIdentityToken"),
        ({"iat": int(time.time()) + 86_400}, "InvalidIdentityToken"),
        ({"nbf": int(time.time()) + 86_400}, "InvalidIdentityToken"),
        ({"exp": None}, "InvalidIdentityToken"),
        ({"exp": time.time() + 60.5}, "InvalidIdentityToken"),
        ({"exp": int(time.time()) - 1}, "ExpiredTokenException"),
        ({"iss": None}, "InvalidIdentityToken"),
        ({"iss": "https://login.example.org"}, "InvalidIdentityToken"),
        ({TAGS: {"principal_tags": {"Room": ["a", "b"]}}}, "InvalidIdentityToken"),
        ({TAGS: {"principal_tags": {"Room": ["a*"]}}}, "InvalidIdentityToken"),
        ({TAGS: {"principal_tags": {"Room": "lobby"}}}, "InvalidIdentityToken"),
        ({f"{TAGS}/principal_tags/Room": ["lobby"]}, "InvalidIdentityToken"),
        ({TAGS: {"principal_tags": {"aws:x": ["a"]}}}, "InvalidParameterValue"),
        ({TAGS: {"principal_tags": {}, "transitive_tag_keys": ["Room"]}}, "InvalidIdentityToken"),
        ({SOURCE: "no spaces"}, "InvalidIdentityToken"),
    ],
)
def test_what_a_token_must_say(nobody, issuer, role, code, claims, expected):
    assert code(nobody.assume_role_with_web_identity, **wish(role, issuer.sign(**claims))) == expected


def test_the_authorized_party_stands_in_for_the_audience(nobody, issuer, role):
    token = issuer.sign(aud=["app", "elsewhere"], azp="portal")
    assert nobody.assume_role_with_web_identity(**wish(role, token))["Audience"] == "portal"


def test_only_a_true_signature_counts(nobody, issuer, role, code):
    assume = nobody.assume_role_with_web_identity
    forged = jwt.encode(issuer.claim(), draw_key("RS256"), "RS256", headers={"kid": "k1"})
    assert code(assume, **wish(role, forged)) == "InvalidIdentityToken"
    assert code(assume, **wish(role, jwt.encode(issuer.claim(), None, "none"))) == "InvalidIdentityToken"
    shared = jwt.encode(issuer.claim(), "s" * 32, "HS256", headers={"kid": "k1"})
    assert code(assume, **wish(role, shared)) == "InvalidIdentityToken"
    head, body, signature = issuer.sign().split(".")
    assert code(assume, **wish(role, f"{head}.{body}x.{signature}")) == "InvalidIdentityToken"
    for garbage in ("garbage", "a.b.c", "." * 30):
        assert code(assume, **wish(role, garbage)) == "InvalidIdentityToken"
    assert code(assume, **wish(role, "x" * 20_001)) == "ValidationError"


@pytest.mark.parametrize(
    "header", [{"kid": 7}, {"kid": None}, {"alg": ["RS256"]}, {"alg": {}}, {"alg": "RS1024"}, {"crit": ["x"]}, 1, []]
)
def test_a_strange_header_is_refused(nobody, issuer, role, code, header):
    head, *rest = issuer.sign().split(".")
    usual = json.loads(base64.urlsafe_b64decode(f"{head}=="))
    strange = {**usual, **header} if isinstance(header, dict) else header
    head = base64.urlsafe_b64encode(json.dumps(strange).encode()).decode().rstrip("=")
    token = ".".join([head, *rest])
    assert code(nobody.assume_role_with_web_identity, **wish(role, token)) == "InvalidIdentityToken"


def test_what_is_denied_to_everybody_is_denied_to_web_identities(cloud, nobody, issuer, role, code):
    trust = cloud.iam().get_role(RoleName="FromOutside")["Role"]["AssumeRolePolicyDocument"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}
    for action, expected in (("sts:*", "AccessDenied"), ("sts:AssumeRole", None)):
        both = {**trust, "Statement": [trust["Statement"], {**deny, "Action": action}]}
        cloud.iam().update_assume_role_policy(RoleName="FromOutside", PolicyDocument=json.dumps(both))
        if expected:
            assert code(nobody.assume_role_with_web_identity, **wish(role, issuer.sign())) == expected
        else:
            assert become(nobody, role, issuer.sign())


def test_a_role_for_everybody_is_not_one_for_web_identities(cloud, nobody, issuer, role, code):
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "sts:*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": everybody})
    cloud.iam().update_assume_role_policy(RoleName="FromOutside", PolicyDocument=document)
    assert code(nobody.assume_role_with_web_identity, **wish(role, issuer.sign())) == "AccessDenied"


def test_the_trust_policy_has_the_last_word(cloud, nobody, issuer, code):
    condition = {
        "StringEquals": {f"{issuer.name}:sub": "alice", f"{issuer.name}:email": "alice@example.org"},
        "ForAnyValue:StringEquals": {f"{issuer.name}:amr": ["mfa"]},
        "StringLike": {"sts:RoleSessionName": "ali*"},
    }
    picky = make_role(cloud, "Picky", issuer, condition)
    told = {"email": "alice@example.org", "amr": ["pwd", "mfa"]}
    assert become(nobody, picky, issuer.sign(**told))
    for other in ({"sub": "bob"}, {"email": "bob@example.org"}, {"amr": ["pwd"]}, {"amr": None}):
        token = issuer.sign(**{**told, **other})
        assert code(nobody.assume_role_with_web_identity, **wish(picky, token)) == "AccessDenied"
    named = wish(picky, issuer.sign(**told), RoleSessionName="bob")
    assert code(nobody.assume_role_with_web_identity, **named) == "AccessDenied"
    assert code(nobody.assume_role_with_web_identity, **wish(role_arn("Next"), issuer.sign())) == "AccessDenied"
    assert code(nobody.assume_role_with_web_identity, **wish(role_arn("Ghost"), issuer.sign())) == "AccessDenied"
    drop_role(cloud, "Picky")


@pytest.mark.parametrize(
    "claims",
    [
        {TAGS: {"principal_tags": {"UserUUID": ["u-1"], "Room": ["lobby"]}, "transitive_tag_keys": ["UserUUID"]}},
        {
            f"{TAGS}/principal_tags/UserUUID": "u-1",
            f"{TAGS}/principal_tags/Room": "lobby",
            f"{TAGS}/transitive_tag_keys": ["UserUUID"],
        },
    ],
    ids=["nested", "flattened"],
)
def test_tags_come_with_the_token(cloud, acme, nobody, issuer, role, claims):
    session = become(nobody, role, issuer.sign(**claims, **{SOURCE: "alice"}))
    cloud.identity(session).describe_app_instance(AppInstanceArn=acme.arn)
    entry = cloud.control("GET", "calls")["calls"][-1]
    assert entry["session_tags"] == {"UserUUID": "u-1", "Room": "lobby"}
    assert entry["decided_by"] == ["own/#1"]


def test_tags_and_source_identity_need_permissions_of_their_own(cloud, nobody, issuer, code):
    plain = make_role(cloud, "Plain", issuer, {}, ["sts:AssumeRoleWithWebIdentity"])
    assume = nobody.assume_role_with_web_identity
    assert assume(**wish(plain, issuer.sign()))
    tagged = issuer.sign(**{TAGS: {"principal_tags": {"Room": ["lobby"]}}})
    assert code(assume, **wish(plain, tagged)) == "AccessDenied"
    assert code(assume, **wish(plain, issuer.sign(**{SOURCE: "alice"}))) == "AccessDenied"
    drop_role(cloud, "Plain")


def test_a_policy_of_the_role_can_go_by_the_subject(cloud, acme, nobody, issuer, role, code):
    only_alice = allow(["chime:*"], "*")
    only_alice["Statement"][0]["Condition"] = {
        "StringEquals": {f"{issuer.name}:sub": "alice"},
        "Null": {f"{issuer.name}:email": "true"},
    }
    cloud.iam().put_role_policy(RoleName="FromOutside", PolicyName="own", PolicyDocument=json.dumps(only_alice))
    alice = become(nobody, role, issuer.sign(email="alice@example.org"))
    assert cloud.identity(alice).describe_app_instance(AppInstanceArn=acme.arn)
    bob = become(nobody, role, issuer.sign(sub="bob"))
    describe = cloud.identity(bob).describe_app_instance
    assert code(describe, AppInstanceArn=acme.arn) == "AccessDeniedException"


def test_durations_and_session_policies_are_those_of_assume_role(cloud, acme, nobody, issuer, role, code):
    assume = nobody.assume_role_with_web_identity
    assert assume(**wish(role, issuer.sign(), DurationSeconds=3600))
    assert code(assume, **wish(role, issuer.sign(), DurationSeconds=3601)) == "ValidationError"
    nothing = json.dumps(allow(["sts:*"], "*"))
    session = become(nobody, role, issuer.sign(), Policy=nothing)
    describe = cloud.identity(session).describe_app_instance
    assert code(describe, AppInstanceArn=acme.arn) == "AccessDeniedException"
    assert code(assume, **wish(role, issuer.sign(), ProviderId="www.amazon.com")) == "NotServedHere"


def test_a_provider_is_good_for_its_own_account_only(nobody, issuer, code):
    foreign = role_arn("FromOutside").replace(ACCOUNT, "444455556666")
    assert code(nobody.assume_role_with_web_identity, **wish(foreign, issuer.sign())) == "InvalidIdentityToken"


def test_the_role_of_a_web_identity_is_no_role_for_users(cloud, role, code):
    assert code(cloud.sts(OWNER).assume_role, RoleArn=role, RoleSessionName="alice", Tags=tags(a="b")) == "AccessDenied"
