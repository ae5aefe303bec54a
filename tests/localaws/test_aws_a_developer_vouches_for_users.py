"""Developer authenticated identities: the backend says who it is, and with which tags."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from tests.localaws.cloud import ACCOUNT, STRANGER, Key, role_arn
from tests.localaws.federation import CLERK, COGNITO, DEVELOPER, build_pool, cognito

PROVIDER = {"DeveloperProviderName": DEVELOPER}


def read(token) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_a_user_acts_in_chime_with_the_tags_of_the_backend(federation, pool, initech, code):
    vouched = pool.vouch("alice", PrincipalTags={"UserUUID": "alice", "AppInstanceId": initech.id})
    key = pool.get_credentials(vouched["IdentityId"], Logins={COGNITO: vouched["Token"]})
    messaging = federation.messaging(key)
    channel = messaging.create_channel(
        AppInstanceArn=initech.arn, Name="talk", ChimeBearer=initech["alice"], ClientRequestToken="of-alice"
    )["ChannelArn"]
    message = {"ChannelArn": channel, "Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
    assert messaging.send_channel_message(**message, ChimeBearer=initech["alice"], ClientRequestToken="m1")["MessageId"]
    as_bob = {**message, "ChimeBearer": initech["bob"], "ClientRequestToken": "m2"}
    assert code(messaging.send_channel_message, **as_bob) == "AccessDeniedException"


def test_the_token_says_whose_identity_it_is(issuer, pool):
    vouched = pool.vouch("alice")
    logins = {COGNITO: vouched["Token"], **issuer.login("alice@home")}
    assert pool.enter(logins) == vouched["IdentityId"]
    assert pool.enter(issuer.login("alice@home")) == vouched["IdentityId"]


def test_the_token_goes_to_sts_too(federation, pool, initech):
    token = pool.vouch("alice", PrincipalTags={"UserUUID": "alice", "AppInstanceId": initech.id})["Token"]
    credentials = federation.sts().assume_role_with_web_identity(
        RoleArn=role_arn("PoolMember"), RoleSessionName="alice", WebIdentityToken=token
    )["Credentials"]
    key = Key(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])
    channels = federation.messaging(key).list_channels(AppInstanceArn=initech.arn, ChimeBearer=initech["alice"])
    assert channels["Channels"] == []


def test_the_token_says_what_the_backend_said(pool):
    vouched = pool.vouch("alice", PrincipalTags={"UserUUID": "alice"}, TokenDuration=86400)
    claims = read(vouched["Token"])
    assert (claims["sub"], claims["aud"]) == (vouched["IdentityId"], pool.id)
    assert claims["amr"] == ["authenticated", DEVELOPER]
    assert claims["https://aws.amazon.com/tags"] == {"principal_tags": {"UserUUID": ["alice"]}}
    assert claims["exp"] - claims["iat"] == 86400
    claims = read(pool.vouch("alice")["Token"])
    assert claims["exp"] - claims["iat"] == 900
    assert "https://aws.amazon.com/tags" not in claims


def test_a_token_ends(pool, code):
    vouched = pool.vouch("alice", TokenDuration=1)
    time.sleep(1.1)
    assert code(pool.get_credentials, identity=vouched["IdentityId"], Logins={COGNITO: vouched["Token"]}) == (
        "NotAuthorizedException"
    )


@pytest.mark.parametrize("wish", [{"TokenDuration": 86401}, {"PrincipalTags": {"a": "*"}}])
def test_a_wish_has_limits(pool, code, wish):
    assert code(pool.vouch, person="alice", **wish) == "InvalidParameterException"


@pytest.mark.parametrize("tags", [{"aws:x": "1"}, {"A": "1", "a": "2"}, {f"k{n}": "v" for n in range(51)}])
def test_tags_are_those_that_sts_takes(pool, code, tags):
    assert code(pool.vouch, person="alice", PrincipalTags=tags) == "InvalidParameterException"


def test_a_user_keeps_the_identity(pool, issuer):
    alice = pool.vouch("alice")["IdentityId"]
    assert pool.vouch("alice")["IdentityId"] == alice
    assert pool.vouch("bob")["IdentityId"] != alice
    assert pool.vouch("alice", Logins=issuer.login("alice@home"))["IdentityId"] == alice
    assert pool.enter(issuer.login("alice@home")) == alice
    assert pool.vouch("alice-2", IdentityId=alice)["IdentityId"] == alice


def test_only_the_backend_may_vouch(federation, pool, code):
    wish = {"IdentityPoolId": pool.id, "Logins": {DEVELOPER: "alice"}}
    for key, answer in (
        (Key("AKIANOBODY", "x"), "UnrecognizedClientException"),
        (STRANGER, "ResourceNotFoundException"),
    ):
        assert code(cognito(federation, key).get_open_id_token_for_developer_identity, **wish) == answer
    assert code(federation.client("cognito-identity").get_open_id_token_for_developer_identity, **wish) == (
        "AccessDeniedException"
    )
    unsigned = cognito(federation, None)
    assert code(unsigned.get_open_id_token_for_developer_identity, **wish) == "MissingAuthenticationTokenException"


def test_logins_must_name_a_user_of_the_developer(federation, issuer, pool, code):
    vouch = pool.owner.get_open_id_token_for_developer_identity
    assert code(vouch, IdentityPoolId=pool.id, Logins=issuer.login("alice")) == "InvalidParameterException"
    assert code(vouch, IdentityPoolId=pool.id, Logins={"login.other.example": "alice"}) == "InvalidParameterException"
    assert code(vouch, IdentityPoolId=pool.id, Logins={DEVELOPER: "a" * 1025}) == "InvalidParameterException"
    own = {COGNITO: pool.vouch("alice")["Token"]}
    assert code(pool.vouch, person="alice", Logins=own) == "InvalidParameterException"
    settings = {"IdentityPoolName": "plain", "AllowUnauthenticatedIdentities": False}
    plain = pool.owner.create_identity_pool(**settings)["IdentityPoolId"]
    assert code(vouch, IdentityPoolId=plain, Logins={DEVELOPER: "alice"}) == "InvalidParameterException"


def test_a_user_of_another_identity_is_not_moved(pool, issuer, code):
    alice, bob = pool.vouch("alice")["IdentityId"], pool.vouch("bob")["IdentityId"]
    assert code(pool.vouch, person="bob", IdentityId=alice) == "DeveloperUserAlreadyRegisteredException"
    pool.enter(issuer.login("carol"))
    assert code(pool.vouch, person="bob", Logins=issuer.login("carol")) == "ResourceConflictException"
    assert code(pool.vouch, person="x", IdentityId=pool.id) == "ResourceNotFoundException"
    assert pool.vouch("bob")["IdentityId"] == bob


def test_users_are_looked_up_both_ways(pool, issuer, code):
    alice = pool.vouch("alice")["IdentityId"]
    pool.vouch("alice-2", IdentityId=alice)
    bob = pool.vouch("bob")["IdentityId"]
    look = pool.owner.lookup_developer_identity
    answer = look(IdentityPoolId=pool.id, IdentityId=alice, MaxResults=1)
    assert answer["DeveloperUserIdentifierList"] == ["alice"]
    answer = look(IdentityPoolId=pool.id, IdentityId=alice, MaxResults=1, NextToken=answer["NextToken"])
    assert answer["DeveloperUserIdentifierList"] == ["alice-2"]
    assert "NextToken" not in answer
    assert look(IdentityPoolId=pool.id, DeveloperUserIdentifier="bob")["IdentityId"] == bob
    assert look(IdentityPoolId=pool.id, DeveloperUserIdentifier="bob", IdentityId=bob)["IdentityId"] == bob
    both = {"DeveloperUserIdentifier": "bob", "IdentityId": alice}
    assert code(look, IdentityPoolId=pool.id, **both) == "ResourceConflictException"
    assert code(look, IdentityPoolId=pool.id, DeveloperUserIdentifier="zoe") == "ResourceNotFoundException"
    assert code(look, IdentityPoolId=pool.id) == "InvalidParameterException"


def test_two_users_become_one(pool, issuer, code):
    alice = pool.vouch("alice", Logins=issuer.login("alice@home"))["IdentityId"]
    old = pool.vouch("old-alice")
    users = {"SourceUserIdentifier": "old-alice", "DestinationUserIdentifier": "alice"}
    merge = pool.owner.merge_developer_identities
    assert merge(IdentityPoolId=pool.id, **users, **PROVIDER)["IdentityId"] == alice
    assert pool.vouch("old-alice")["IdentityId"] == alice
    # Who still has a token for the identity that is no more comes in as the one that is.
    answer = pool.public.get_credentials_for_identity(IdentityId=old["IdentityId"], Logins={COGNITO: old["Token"]})
    assert answer["IdentityId"] == alice
    assert merge(IdentityPoolId=pool.id, **users, **PROVIDER)["IdentityId"] == alice
    assert code(merge, IdentityPoolId=pool.id, **{**users, "SourceUserIdentifier": "zoe"}, **PROVIDER) == (
        "ResourceNotFoundException"
    )
    assert code(merge, IdentityPoolId=pool.id, **users, DeveloperProviderName="login.x") == "InvalidParameterException"


def test_two_users_of_one_public_provider_stay_two(pool, issuer, code):
    pool.vouch("alice", Logins=issuer.login("alice@home"))
    pool.vouch("bob", Logins=issuer.login("bob@home"))
    merge = pool.owner.merge_developer_identities
    users = {"SourceUserIdentifier": "bob", "DestinationUserIdentifier": "alice"}
    assert code(merge, IdentityPoolId=pool.id, **users, **PROVIDER) == "ResourceConflictException"


def test_merged_users_have_twenty_logins_at_most(pool, code):
    for person, count in (("a", 11), ("b", 10)):
        identity = pool.vouch(f"{person}-0")["IdentityId"]
        for number in range(1, count):
            pool.vouch(f"{person}-{number}", IdentityId=identity)
    users = {"SourceUserIdentifier": "a-0", "DestinationUserIdentifier": "b-0"}
    merge = pool.owner.merge_developer_identities
    assert code(merge, IdentityPoolId=pool.id, **users, **PROVIDER) == "ResourceConflictException"


def test_a_user_is_unlinked_and_begins_anew(pool, code):
    alice = pool.vouch("alice")
    named = {"IdentityPoolId": pool.id, "IdentityId": alice["IdentityId"], **PROVIDER}
    unlink = pool.owner.unlink_developer_identity
    pool.vouch("bob")
    assert code(unlink, **named, DeveloperUserIdentifier="bob") == "ResourceConflictException"
    assert code(unlink, **named, DeveloperUserIdentifier="zoe") == "ResourceNotFoundException"
    unlink(**named, DeveloperUserIdentifier="alice")
    assert code(pool.get_credentials, identity=alice["IdentityId"], Logins={COGNITO: alice["Token"]}) == (
        "NotAuthorizedException"
    )
    assert pool.vouch("alice")["IdentityId"] != alice["IdentityId"]


def test_the_backend_needs_no_more_than_its_one_right(federation, pool):
    """A clerk who may pass no role may vouch."""
    vouched = cognito(federation, CLERK).get_open_id_token_for_developer_identity(
        IdentityPoolId=pool.id, Logins={DEVELOPER: "alice"}
    )
    assert pool.get_credentials(vouched["IdentityId"], Logins={COGNITO: vouched["Token"]}).token
    assert ACCOUNT in federation.sts(CLERK).get_caller_identity()["Arn"]


def test_tokens_of_a_user_pool_bring_tags_along(federation, issuer, initech):
    """Claims that the pool maps and tags that the backend gives come together."""
    pool = build_pool(federation, issuer)
    pool.map_tags(issuer.arn, AppInstanceId="app_instance")
    logins = issuer.login("alice", app_instance=initech.id)
    token = pool.vouch("alice", Logins=logins, PrincipalTags={"UserUUID": "alice"})["Token"]
    assert read(token)["https://aws.amazon.com/tags"]["principal_tags"] == {
        "AppInstanceId": [initech.id],
        "UserUUID": ["alice"],
    }
