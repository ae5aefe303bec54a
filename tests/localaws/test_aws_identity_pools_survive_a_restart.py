"""Pools can be declared in the setup file, and what they know of people is kept."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest

from localaws.state.setup import read_setup
from localaws.state.setup_entry import SetupError
from localaws.state.store import Store
from localaws.sts.issuers import Issuers
from tests.localaws.cloud import ACCOUNT, Cloud, role_arn
from tests.localaws.federation import COGNITO, DEVELOPER, USER_POOL, Pool, federated_setup

POOL_ID = "us-east-1:5f0d1f0e-2f6b-4a52-9d6c-acacacacacac"
TOKEN = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}


def declare(issuer, **changes) -> dict[str, Any]:
    pool = {
        "IdentityPoolId": POOL_ID,
        "IdentityPoolName": "chat",
        "AllowUnauthenticatedIdentities": False,
        "DeveloperProviderName": DEVELOPER,
        "OpenIdConnectProviderARNs": [issuer.arn],
        "IdentityPoolTags": {"team": "chat"},
        "Roles": {"authenticated": role_arn("PoolMember")},
        "PrincipalTagAttributeMaps": [{"IdentityProviderName": issuer.arn, "PrincipalTags": {"UserUUID": "sub"}}],
        **changes,
    }
    document = federated_setup(issuer)
    document["Accounts"][0]["IdentityPools"] = [pool]
    return document


def test_identities_and_keys_outlive_the_process(issuer, tmp_path):
    setup, snapshot = tmp_path / "setup.json", tmp_path / "state.db"
    setup.write_text(json.dumps(declare(issuer)))
    cloud = Cloud("--setup", str(setup), "--snapshot", str(snapshot), "--control")
    pool = Pool(cloud, POOL_ID)
    alice, vouched = pool.enter(issuer.login("alice")), pool.vouch("bob", TokenDuration=600)
    cloud.stop()
    setup.write_text(json.dumps(declare(issuer, IdentityPoolName="renamed")))
    cloud = Cloud("--setup", str(setup), "--snapshot", str(snapshot), "--control")
    try:
        pool = Pool(cloud, POOL_ID)
        # STS knows a token from before, although no token was made since.
        token = vouched["Token"]
        claims = {"RoleArn": role_arn("PoolMember"), "RoleSessionName": "bob", "WebIdentityToken": token}
        assert cloud.sts().assume_role_with_web_identity(**claims)["SubjectFromWebIdentityToken"]
        assert pool.enter(issuer.login("alice")) == alice
        assert pool.get_credentials(vouched["IdentityId"], Logins={COGNITO: token}).token
        assert jwt.get_unverified_header(pool.vouch("bob")["Token"]) == jwt.get_unverified_header(token)
        assert pool.owner.describe_identity_pool(IdentityPoolId=POOL_ID)["IdentityPoolName"] == "renamed"
    finally:
        cloud.stop()


def test_a_declared_pool_is_as_it_is_declared(issuer):
    store = Store()
    read_setup(json.dumps(declare(issuer, RoleMappings={issuer.arn: TOKEN})), store, now=0.0)
    pool = store.identity_pools.get(POOL_ID)
    assert pool
    assert pool.account == ACCOUNT
    assert pool.settings["OpenIdConnectProviderARNs"] == [issuer.arn]
    assert (pool.tags, pool.roles) == ({"team": "chat"}, {"authenticated": role_arn("PoolMember")})
    assert pool.role_mappings == {issuer.arn: TOKEN}
    assert pool.tag_maps == {issuer.name: {"UseDefaults": False, "PrincipalTags": {"UserUUID": "sub"}}}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"IdentityPoolId": "us-east-1"}, "IdentityPoolId must be a region, a colon and a UUID"),
        ({"IdentityPoolName": 7}, "IdentityPoolName is of the wrong type"),
        ({"IdentityPoolName": "a;b"}, "regular expression"),
        ({"OpenIdConnectProviderARNs": ["arn:aws:iam::444455556666:oidc-provider/x"]}, "not a valid ARN"),
        ({"Roles": {"authenticated": role_arn("PoolMember"), "other": role_arn("x")}}, "regular expression"),
        ({"RoleMappings": {"login.example.org": TOKEN}}, "none of the identity providers"),
        ({"PrincipalTagAttributeMaps": [{"IdentityProviderName": "login.example.org"}]}, "none of the identity"),
        ({"PrincipalTagAttributeMaps": [{"UseDefaults": True}]}, "Member must not be null"),
        ({"Region": "us-east-1"}, "does not know Region"),
    ],
)
def test_a_pool_that_is_not_understood_stops_the_start(issuer, changes, reason):
    with pytest.raises(SetupError, match=reason) as caught:
        read_setup(json.dumps(declare(issuer, **changes)), Store(), now=0.0)
    assert "IdentityPools[0]" in str(caught.value)


@pytest.mark.parametrize("keys", [[], {"login.example.org": "https://x"}, {USER_POOL: "http://example.org/keys"}])
def test_keys_of_user_pools_have_an_address(issuer, keys):
    document = {**federated_setup(issuer), "UserPoolKeys": keys}
    with pytest.raises(SetupError, match="UserPoolKeys"):
        read_setup(json.dumps(document), Store(), now=0.0, issuers=Issuers())
