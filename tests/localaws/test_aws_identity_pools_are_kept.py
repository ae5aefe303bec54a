"""Identity pools, their roles, tags and attribute maps, for those who may."""

from __future__ import annotations

import http.client
import json
import uuid
from typing import Any

import pytest

from tests.localaws.cloud import ACCOUNT, STRANGER, role_arn
from tests.localaws.federation import CHAT_TEAM, CLERK, USER_POOL, build_pool, cognito

POOL = {"IdentityPoolName": "plain", "AllowUnauthenticatedIdentities": False}
RULE = {"Claim": "sub", "MatchType": "Equals", "Value": "alice", "RoleARN": role_arn("PoolAdmin")}
TOKEN = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}


def rules(count: int) -> dict[str, Any]:
    return {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [RULE] * count}}


@pytest.fixture
def owner(federation):
    return cognito(federation)


def arn_of(pool) -> str:
    return f"arn:aws:cognito-identity:us-east-1:{ACCOUNT}:identitypool/{pool.id}"


def test_a_pool_is_made_described_changed_and_deleted(owner, issuer, pool, code):
    described = owner.describe_identity_pool(IdentityPoolId=pool.id)
    assert {name: described[name] for name in pool.settings} == pool.settings
    assert described["IdentityPoolTags"] == {}
    owner.update_identity_pool(IdentityPoolId=pool.id, **POOL, IdentityPoolTags={"team": "chat"})
    described = owner.describe_identity_pool(IdentityPoolId=pool.id)
    assert described["IdentityPoolName"] == "plain"
    assert described["IdentityPoolTags"] == {"team": "chat"}
    assert "OpenIdConnectProviderARNs" not in described
    assert code(pool.enter, logins=issuer.login("alice")) == "NotAuthorizedException"
    owner.delete_identity_pool(IdentityPoolId=pool.id)
    assert code(owner.describe_identity_pool, IdentityPoolId=pool.id) == "ResourceNotFoundException"
    assert code(pool.enter, logins=issuer.login("alice")) == "ResourceNotFoundException"


def test_the_developers_provider_stays(owner, pool, code):
    changed = {"IdentityPoolId": pool.id, **POOL, "DeveloperProviderName": "login.other.example"}
    assert code(owner.update_identity_pool, **changed) == "InvalidParameterException"
    kept = owner.update_identity_pool(IdentityPoolId=pool.id, **POOL)["DeveloperProviderName"]
    assert kept == pool.settings["DeveloperProviderName"]


@pytest.mark.parametrize(
    "settings",
    [
        {"IdentityPoolName": "tab;semicolon"},
        {"IdentityPoolName": "n" * 129},
        {"OpenIdConnectProviderARNs": ["arn:aws:iam::111122223333:role/NoProvider"]},
        {"OpenIdConnectProviderARNs": ["arn:aws:iam::444455556666:oidc-provider/login.example.org"]},
        {"SamlProviderARNs": ["arn:aws:iam::111122223333:oidc-provider/login.example.org"]},
        {"SupportedLoginProviders": {"login.example.org": "123"}},
        {"CognitoIdentityProviders": [{"ProviderName": USER_POOL}]},
        {"CognitoIdentityProviders": [{"ProviderName": "login.example.org", "ClientId": "a"}]},
        {"CognitoIdentityProviders": [{"ProviderName": USER_POOL, "ClientId": "no-hyphen"}]},
        {"IdentityPoolTags": {"aws:reserved": "1"}},
        {"IdentityPoolTags": {f"key{number}": "" for number in range(51)}},
    ],
)
def test_settings_that_aws_does_not_take_are_refused(owner, pool, code, settings):
    assert code(owner.create_identity_pool, **{**POOL, **settings}) == "InvalidParameterException"
    assert code(owner.update_identity_pool, IdentityPoolId=pool.id, **{**POOL, **settings}) == (
        "InvalidParameterException"
    )


def test_a_pool_has_fifty_user_pools_at_most(owner, code):
    providers = [{"ProviderName": USER_POOL, "ClientId": f"client{number}"} for number in range(51)]
    assert code(owner.create_identity_pool, **POOL, CognitoIdentityProviders=providers) == "LimitExceededException"


def test_pools_are_listed_by_region_and_account(federation, code):
    frankfurt = cognito(federation, region="eu-central-1")
    made = [frankfurt.create_identity_pool(**POOL)["IdentityPoolId"] for _ in range(3)]
    assert all(pool_id.startswith("eu-central-1:") for pool_id in made)
    first = frankfurt.list_identity_pools(MaxResults=2)
    rest = frankfurt.list_identity_pools(MaxResults=2, NextToken=first["NextToken"])
    assert "NextToken" not in rest
    listed = first["IdentityPools"] + rest["IdentityPools"]
    assert [each["IdentityPoolId"] for each in listed] == sorted(made)
    assert {each["IdentityPoolName"] for each in listed} == {"plain"}
    assert cognito(federation, STRANGER).list_identity_pools(MaxResults=60)["IdentityPools"] == []
    assert code(frankfurt.list_identity_pools, MaxResults=2, NextToken="x") == "InvalidParameterException"
    assert code(frankfurt.list_identity_pools, MaxResults=61) == "InvalidParameterException"


def test_a_pool_is_known_in_its_region_and_account_only(federation, pool, code):
    frankfurt, stranger = cognito(federation, region="eu-central-1"), cognito(federation, STRANGER)
    for client in (frankfurt, stranger):
        assert code(client.describe_identity_pool, IdentityPoolId=pool.id) == "ResourceNotFoundException"
        assert code(client.delete_identity_pool, IdentityPoolId=pool.id) == "ResourceNotFoundException"
        assert code(client.get_identity_pool_roles, IdentityPoolId=pool.id) == "ResourceNotFoundException"
    assert code(frankfurt.list_tags_for_resource, ResourceArn=arn_of(pool)) == "ResourceNotFoundException"
    assert code(stranger.list_tags_for_resource, ResourceArn=arn_of(pool)) == "AccessDeniedException"


def test_pools_are_for_those_who_may(federation, pool, code):
    portal = federation.client("cognito-identity")
    named = {"IdentityPoolId": pool.id}
    assert code(portal.create_identity_pool, **POOL) == "AccessDeniedException"
    assert code(portal.describe_identity_pool, **named) == "AccessDeniedException"
    assert code(portal.update_identity_pool, **named, **POOL) == "AccessDeniedException"
    assert code(portal.delete_identity_pool, **named) == "AccessDeniedException"
    assert code(portal.list_identity_pools, MaxResults=1) == "AccessDeniedException"
    assert code(portal.set_identity_pool_roles, **named, Roles={}) == "AccessDeniedException"
    assert code(portal.get_identity_pool_roles, **named) == "AccessDeniedException"
    provider = {**named, "IdentityProviderName": USER_POOL}
    assert code(portal.set_principal_tag_attribute_map, **provider) == "AccessDeniedException"
    assert code(portal.get_principal_tag_attribute_map, **provider) == "AccessDeniedException"
    assert code(portal.list_tags_for_resource, ResourceArn=arn_of(pool)) == "AccessDeniedException"
    assert code(portal.tag_resource, ResourceArn=arn_of(pool), Tags={"a": "b"}) == "AccessDeniedException"
    assert code(portal.untag_resource, ResourceArn=arn_of(pool), TagKeys=["a"]) == "AccessDeniedException"


def test_an_unsigned_call_is_for_public_operations_only(federation, pool, code):
    unsigned = cognito(federation, None)
    assert code(unsigned.describe_identity_pool, IdentityPoolId=pool.id) == "MissingAuthenticationTokenException"


def test_roles_take_the_place_of_those_before(owner, issuer, pool):
    pool.set_roles({issuer.arn: rules(25), f"{USER_POOL}:poolclient": TOKEN}, authenticated="PoolAdmin")
    answer = owner.get_identity_pool_roles(IdentityPoolId=pool.id)
    assert answer["Roles"] == {"authenticated": role_arn("PoolAdmin")}
    assert answer["RoleMappings"] == {issuer.arn: rules(25), f"{USER_POOL}:poolclient": TOKEN}
    pool.set_roles(unauthenticated="PoolGuest")
    answer = owner.get_identity_pool_roles(IdentityPoolId=pool.id)
    assert answer["Roles"] == {"unauthenticated": role_arn("PoolGuest")}
    assert "RoleMappings" not in answer


def test_only_roles_that_one_may_pass_are_given_away(federation, pool, code):
    clerk = cognito(federation, CLERK)
    roles = {"authenticated": role_arn("PoolAdmin")}
    assert code(clerk.set_identity_pool_roles, IdentityPoolId=pool.id, Roles=roles) == "AccessDeniedException"
    assert clerk.set_identity_pool_roles(IdentityPoolId=pool.id, Roles={})


@pytest.mark.parametrize(
    "roles",
    [
        {"Roles": {"everybody": role_arn("PoolAdmin")}},
        {"Roles": {"authenticated": "arn:aws:iam::444455556666:role/Theirs"}},
        {"Roles": {"authenticated": f"arn:aws:iam::{ACCOUNT}:user/backend"}},
        {"Roles": {}, "RoleMappings": {"login.example.org": TOKEN}},
        {"Roles": {}, "RoleMappings": {USER_POOL: {"Type": "Token"}}},
        {"Roles": {}, "RoleMappings": {USER_POOL: {"Type": "Rules", "AmbiguousRoleResolution": "Deny"}}},
        {"Roles": {}, "RoleMappings": {USER_POOL: rules(26)}},
        {"Roles": {}, "RoleMappings": {USER_POOL: {**rules(1), "Type": "Token"}}},
        {"Roles": {}, "RoleMappings": {USER_POOL: {**TOKEN, "AmbiguousRoleResolution": "Maybe"}}},
    ],
)
def test_roles_that_aws_does_not_take_are_refused(owner, pool, code, roles):
    assert code(owner.set_identity_pool_roles, IdentityPoolId=pool.id, **roles) == "InvalidParameterException"


@pytest.mark.parametrize(("claim", "taken"), [("grüße", True), ("a b", False), ("custom:team", True)])
def test_a_rule_names_a_claim_without_spaces(owner, pool, code, claim, taken):
    mapping = rules(1)
    mapping["RulesConfiguration"] = {"Rules": [{**RULE, "Claim": claim}]}
    wish = {"IdentityPoolId": pool.id, "Roles": {}, "RoleMappings": {USER_POOL: mapping}}
    if taken:
        assert owner.set_identity_pool_roles(**wish)
    else:
        assert code(owner.set_identity_pool_roles, **wish) == "InvalidParameterException"


def test_attribute_maps_are_kept_by_provider(owner, issuer, pool, code):
    named = {"IdentityPoolId": pool.id, "IdentityProviderName": issuer.arn}
    empty = owner.get_principal_tag_attribute_map(**named)
    assert (empty["UseDefaults"], empty["PrincipalTags"]) == (False, {})
    assert owner.set_principal_tag_attribute_map(**named, UseDefaults=True)["PrincipalTags"] == {
        "client": "aud",
        "username": "sub",
    }
    owner.set_principal_tag_attribute_map(**named, PrincipalTags={"UserUUID": "chime_user"})
    kept = owner.get_principal_tag_attribute_map(**named)
    assert (kept["UseDefaults"], kept["PrincipalTags"]) == (False, {"UserUUID": "chime_user"})
    other = {**named, "IdentityProviderName": "login.example.org"}
    assert code(owner.set_principal_tag_attribute_map, **other) == "InvalidParameterException"
    assert code(owner.get_principal_tag_attribute_map, **other) == "InvalidParameterException"
    both = {"UseDefaults": True, "PrincipalTags": {"a": "b"}}
    assert code(owner.set_principal_tag_attribute_map, **named, **both) == "InvalidParameterException"


def test_tags_come_and_go(owner, pool, code):
    arn = arn_of(pool)
    owner.tag_resource(ResourceArn=arn, Tags={"team": "chat", "stage": "test"})
    owner.tag_resource(ResourceArn=arn, Tags={"stage": "live"})
    owner.untag_resource(ResourceArn=arn, TagKeys=["team", "never"])
    assert owner.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stage": "live"}
    many = {f"key{number}": "" for number in range(50)}
    assert code(owner.tag_resource, ResourceArn=arn, Tags=many) == "InvalidParameterException"
    assert code(owner.tag_resource, ResourceArn=arn, Tags={"AWS:x": "1"}) == "InvalidParameterException"
    no_pool = f"arn:aws:iam::{ACCOUNT}:role/PoolMember"
    assert code(owner.list_tags_for_resource, ResourceArn=no_pool) == "InvalidParameterException"
    gone = arn.rpartition("/")[0] + f"/us-east-1:{uuid.uuid4()}"
    assert code(owner.untag_resource, ResourceArn=gone, TagKeys=["a"]) == "ResourceNotFoundException"


def test_the_wire_is_json_one_one(federation):
    """A client's fault is 400, whatever it is, and the type says which."""
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSCognitoIdentityService.GetId"}
    for body in (b"", b"{", b"[]", b'{"IdentityPoolId": 7}', b"\xff", b'{"IdentityPoolId": "no id"}'):
        reply = federation.send("POST", "/", headers, body)
        assert reply.status == http.client.BAD_REQUEST
        assert reply.headers["content-type"] == "application/x-amz-json-1.1"
        assert json.loads(reply.body)["__type"] == "InvalidParameterException"
    signed = federation.send(
        "POST", "/", {**headers, "x-amz-target": "AWSCognitoIdentityService.ListIdentities"}, b"{}"
    )
    assert signed.status == http.client.BAD_REQUEST
    assert json.loads(signed.body)["__type"] == "MissingAuthenticationTokenException"


def test_a_browser_may_ask(federation):
    preflight = {
        "origin": "https://chat.example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-amz-target,x-amz-user-agent",
    }
    reply = federation.send("OPTIONS", "/", preflight)
    assert reply.status == http.client.OK
    assert "x-amz-target" in reply.headers["access-control-allow-headers"]


def test_tags_decide_who_may(federation, issuer, code):
    """A policy may speak of the tags that a pool has, and of those that it is to get."""
    chat = cognito(federation, CHAT_TEAM)
    mine = build_pool(federation, issuer, IdentityPoolTags={"team": "chat"})
    theirs = build_pool(federation, issuer, IdentityPoolTags={"team": "sales"})
    assert chat.describe_identity_pool(IdentityPoolId=mine.id)
    assert code(chat.describe_identity_pool, IdentityPoolId=theirs.id) == "AccessDeniedException"
    assert chat.create_identity_pool(**POOL, IdentityPoolTags={"team": "chat"})
    assert code(chat.create_identity_pool, **POOL, IdentityPoolTags={"team": "sales"}) == "AccessDeniedException"
    assert code(chat.create_identity_pool, **POOL) == "AccessDeniedException"
