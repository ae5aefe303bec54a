"""Credentials by a Cognito identity pool: the portal vouches for people, or they take their id_token there."""

from __future__ import annotations

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from django.core.exceptions import ValidationError

from exchange.models import Issuance
from tenants.scope import scope
from tenants.services import change_tenant
from tests.conftest import at, stagehand, token_of
from tests.exchange.doors import assert_refused, by_bearer, by_sample, by_sdk, credentials_in, speaks_as
from tests.exchange.oauth.relying_party import RelyingParty, browser, register, signed_in
from tests.exchange.ways import make_pool

COGNITO = "cognito-identity.amazonaws.com"


@pytest.fixture(params=["cognito", "cognito_enhanced"])
def pooled(request, pool):
    return pool.choose(request.param)


@pytest.mark.parametrize("door", [by_bearer, by_sample, by_sdk])
def test_they_are_those_of_one_person(pooled, alice, bob, at_aws, door):
    credentials = credentials_in(door(pooled, token_of(alice).reveal()))
    assert speaks_as(at_aws, pooled, credentials, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, pooled, credentials, str(bob.pk)).startswith("AccessDenied")


def test_the_same_user_is_the_same_identity(pooled, alice, bob, at_aws):
    for user in (alice, bob, alice):
        assert credentials_in(by_bearer(pooled, token_of(user).reveal()))
    pool_id = pooled.aws_link.identity_pool_id
    found = stagehand(at_aws, "cognito-identity").list_identities(IdentityPoolId=pool_id, MaxResults=10)
    assert len(found["Identities"]) == 2


def test_the_rules_length_holds_where_sts_gives_them(pool, alice):
    tenant = pool.choose("cognito")
    credentials_in(by_sdk(tenant, token_of(alice).reveal()))
    answer = at(tenant).get(
        "/api/v1/credentials?duration_seconds=900", headers={"Authorization": f"Bearer {token_of(alice).reveal()}"}
    )
    credentials_in(answer)
    with scope(tenant):
        spans = {(one.expires_at - one.issued_at).total_seconds() // 100 for one in Issuance.objects.all()}
    assert spans <= {35.0, 36.0, 8.0, 9.0}
    assert len({span > 10 for span in spans}) == 2


def test_the_enhanced_flow_gives_an_hour_or_nothing(pool, alice):
    tenant = pool.choose("cognito_enhanced")
    bearer = {"Authorization": f"Bearer {token_of(alice).reveal()}"}
    short = at(tenant).get("/api/v1/credentials?duration_seconds=900", headers=bearer)
    assert_refused(short, 400, "duration_too_short")
    long = at(tenant).get("/api/v1/credentials?duration_seconds=43200", headers=bearer)
    assert credentials_in(long)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"identity_pool_id": ""}, "identity_pool_id"),
        ({"identity_pool_id": "nonsense"}, "identity_pool_id"),
        ({"identity_pool_id": "eu-central-1:5f0d1f0e-2f6b-4a52-9d6c-acacacacacac"}, "identity_pool_id"),
        ({"developer_provider": ""}, "developer_provider"),
        ({"developer_provider": "a b"}, "developer_provider"),
        ({"login_key": "https://login"}, "login_key"),
    ],
)
def test_a_wrong_set_up_is_told_when_it_is_entered(pool, values, field):
    with pytest.raises(ValidationError) as refused:
        pool.choose("cognito", **values)
    assert set(refused.value.message_dict) == {field}


def test_an_hour_is_more_than_some_tenants_allow(pool):
    with scope(pool.tenant):
        change_tenant(pool.tenant, credential_seconds=1800)
    with pytest.raises(ValidationError, match="for an hour"):
        pool.choose("cognito_enhanced")


def test_a_pool_that_does_not_know_the_portal_is_a_mistake_in_the_set_up(pool, alice):
    tenant = pool.choose("cognito", developer_provider="somebody.else")
    assert_refused(by_bearer(tenant, token_of(alice).reveal()), 502, "aws_refused")


# --- the serverless way --------------------------------------------------------------------------------------------


@pytest.fixture
def serverless(served, linked, at_aws):
    """Acme's issuer is known to IAM and to a pool, which reads the portal's plain claims as tags."""
    registration, secret = register(linked)
    arn = stagehand(at_aws, "iam").create_open_id_connect_provider(Url=served, ClientIDList=[registration.client_id])
    provider = arn["OpenIDConnectProviderArn"]
    pool = make_pool(linked, at_aws, OpenIdConnectProviderARNs=[provider])
    stagehand(at_aws, "cognito-identity").set_principal_tag_attribute_map(
        IdentityPoolId=pool.id,
        IdentityProviderName=provider,
        PrincipalTags={"UserUUID": "UserUUID", "AppInstanceId": "AppInstanceId"},
    )
    pool.choose("cognito", login_key=served.partition("://")[2])
    return RelyingParty(served, registration.client_id, secret)


def test_a_page_takes_its_id_token_to_the_pool_by_itself(serverless, served, linked, alice, bob, at_aws):
    alices = browser(served, alice)
    id_token = signed_in(serverless, alices)["tokens"]["id_token"]
    told = alices.get("/api/v1/identity-pool").json()
    assert told["app_instance_user_arn"].endswith(f"/user/{alice.pk}")
    described = stagehand(at_aws, "chime-sdk-identity").describe_app_instance_user(
        AppInstanceUserArn=told["app_instance_user_arn"]
    )
    assert described["AppInstanceUser"]["Name"] == "Alice Ångström"
    pages = boto3.client(
        "cognito-identity",
        region_name=told["region"],
        endpoint_url=told["endpoints"]["cognito"],
        config=Config(signature_version=UNSIGNED),
    )
    logins = {told["login_key"]: id_token}
    identity = pages.get_id(IdentityPoolId=told["identity_pool_id"], Logins=logins)["IdentityId"]
    found = pages.get_credentials_for_identity(IdentityId=identity, Logins=logins)["Credentials"]
    credentials = {**found, "AccessKeyId": found["AccessKeyId"], "SecretAccessKey": found["SecretKey"]}
    assert speaks_as(at_aws, linked, credentials, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, linked, credentials, str(bob.pk)).startswith("AccessDenied")


def test_aws_itself_believes_an_id_token_with_the_chats_scope_only(serverless, served, linked, alice, at_aws):
    alices = browser(served, alice)
    with_chat = signed_in(serverless, alices)["claims"]
    assert with_chat["https://aws.amazon.com/tags"]["principal_tags"]["UserUUID"] == [str(alice.pk)]
    without = signed_in(serverless, alices, "openid profile")["claims"]
    assert not {"UserUUID", "https://aws.amazon.com/tags"} & set(without)


def test_a_tenant_without_a_pool_for_pages_says_so(linked, alice):
    answer = at(linked, alice).get("/api/v1/identity-pool")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_identity_pool")
