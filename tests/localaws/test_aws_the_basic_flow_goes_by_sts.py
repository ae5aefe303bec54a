"""The basic flow: Cognito gives a token, and the client picks the role and the time at STS."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest

from tests.localaws.cloud import Key, role_arn
from tests.localaws.federation import COGNITO, build_pool, claims_of

RULE = {"Claim": "sub", "MatchType": "Equals", "Value": "alice", "RoleARN": role_arn("PoolAdmin")}
MAPPING = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [RULE]}}


def get_token(pool, logins) -> str:
    return str(pool.public.get_open_id_token(IdentityId=pool.enter(logins), Logins=logins)["Token"])


def assume(federation, token, role="PoolMember", **wishes) -> dict[str, Any]:
    answer = federation.sts().assume_role_with_web_identity(
        RoleArn=role_arn(role), RoleSessionName="alice", WebIdentityToken=token, **wishes
    )
    return dict(answer)


def test_the_client_picks_role_and_time(federation, issuer, pool, initech):
    pool.map_tags(issuer.arn, UserUUID="chime_user", AppInstanceId="app_instance")
    logins = issuer.login("alice", **claims_of(initech, "alice"))
    answer = assume(federation, get_token(pool, logins), DurationSeconds=900)
    assert answer["Provider"] == COGNITO
    assert answer["Audience"] == pool.id
    assert answer["SubjectFromWebIdentityToken"] == pool.enter(logins)
    credentials = answer["Credentials"]
    assert credentials["Expiration"].timestamp() - time.time() <= 900
    key = Key(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])
    messaging = federation.messaging(key)
    assert messaging.list_channels(AppInstanceArn=initech.arn, ChimeBearer=initech["alice"])["Channels"] == []


def test_nobody_else_is_in_the_token(federation, issuer, pool, initech, code):
    pool.map_tags(issuer.name, UserUUID="chime_user", AppInstanceId="app_instance")
    credentials = assume(federation, get_token(pool, issuer.login("alice", **claims_of(initech, "alice"))))[
        "Credentials"
    ]
    key = Key(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])
    channels = federation.messaging(key).list_channels
    assert code(channels, AppInstanceArn=initech.arn, ChimeBearer=initech["bob"]) == "AccessDeniedException"


def test_the_token_says_who_came_in_how_and_for_ten_minutes(federation, issuer, pool):
    keys = json.loads(federation.send("GET", "/.well-known/jwks_uri").body)["keys"]
    discovery = json.loads(federation.send("GET", "/.well-known/openid-configuration").body)
    assert discovery["issuer"] == f"https://{COGNITO}"
    assert discovery["jwks_uri"] == f"{federation.url}/.well-known/jwks_uri"
    claims = jwt.decode(
        get_token(pool, issuer.login("alice")),
        jwt.PyJWK(keys[0]),
        algorithms=["RS256"],
        audience=pool.id,
        issuer=f"https://{COGNITO}",
    )
    assert claims["sub"] == pool.enter(issuer.login("alice"))
    assert claims["amr"] == ["authenticated", issuer.name]
    assert claims["exp"] - claims["iat"] == 600
    assert claims.keys() == {"iss", "sub", "aud", "amr", "iat", "exp"}


def test_the_flow_must_be_switched_on(federation, issuer, code):
    pool = build_pool(federation, issuer, AllowClassicFlow=False)
    assert code(get_token, pool=pool, logins=issuer.login("alice")) == "InvalidParameterException"
    assert pool.become(issuer.login("alice")).token


def test_the_flow_does_not_go_with_role_mappings(issuer, pool, code):
    pool.set_roles({issuer.arn: MAPPING}, authenticated="PoolMember")
    assert code(get_token, pool=pool, logins=issuer.login("alice")) == "InvalidParameterException"
    assert pool.become(issuer.login("alice")).token


@pytest.mark.parametrize("role", ["PoolGuest", "NotForPools", "Nowhere", "ChimeMember"])
def test_the_role_must_trust_the_pool(federation, issuer, pool, code, role):
    token = get_token(pool, issuer.login("alice"))
    assert code(assume, federation=federation, token=token, role=role) == "AccessDenied"


def test_tags_need_a_role_that_lets_sessions_be_tagged(federation, issuer, pool, code):
    pool.map_tags(issuer.name, UserUUID="sub")
    token = get_token(pool, issuer.login("alice"))
    assert code(assume, federation=federation, token=token, role="PoolWithoutTags") == "AccessDenied"
    assert assume(federation, token)["Credentials"]


def test_guests_come_in_by_the_roles_for_guests(federation, issuer, code):
    pool = build_pool(federation, issuer, AllowUnauthenticatedIdentities=True)
    token = get_token(pool, {})
    assert jwt.decode(token, options={"verify_signature": False})["amr"] == ["unauthenticated"]
    assert code(assume, federation=federation, token=token) == "AccessDenied"
    assert assume(federation, token, "PoolGuest")["Credentials"]


def test_a_token_is_not_believed_when_it_is_changed_or_old(federation, issuer, pool, code):
    token = get_token(pool, issuer.login("alice"))
    said = jwt.decode(token, options={"verify_signature": False})
    forged = jwt.encode(said, issuer.rsa, algorithm="RS256", headers=jwt.get_unverified_header(token))
    assert code(assume, federation=federation, token=forged) == "InvalidIdentityToken"
    short = pool.vouch("alice", TokenDuration=1)["Token"]
    time.sleep(1.1)
    assert code(assume, federation=federation, token=short) == "ExpiredTokenException"


def test_the_issuers_own_token_is_no_token_of_cognito(federation, issuer, code):
    assert code(assume, federation=federation, token=issuer.sign("alice")) == "AccessDenied"


@pytest.mark.parametrize(
    "header", [{"alg": ["RS256"]}, {"alg": {}}, {"alg": None}, {"alg": "RS256", "kid": 7}, {}, [], "x"]
)
def test_a_header_that_says_nothing_is_no_failure(federation, issuer, pool, code, header):
    _, body, signature = issuer.sign("alice").split(".")
    token = f"{base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip('=')}.{body}.{signature}"
    assert code(assume, federation=federation, token=token) == "InvalidIdentityToken"
    assert code(pool.enter, logins={issuer.name: token}) == "NotAuthorizedException"
