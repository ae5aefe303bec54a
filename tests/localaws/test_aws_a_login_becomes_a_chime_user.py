"""The enhanced flow: a token of the tenant's own provider becomes credentials that act in Chime as one person."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from tests.localaws.cloud import role_arn
from tests.localaws.federation import USER_POOL, build_pool, claims_of

ROLES = [role_arn("PoolMember"), role_arn("PoolAdmin")]


@pytest.fixture
def mapped(pool, issuer):
    """The pool, with tags out of what the issuer says."""
    pool.map_tags(issuer.name, UserUUID="chime_user", AppInstanceId="app_instance")
    return pool


def assumed(federation, key) -> str:
    return str(federation.sts(key).get_caller_identity()["Arn"]).split("/")[1]


def last_tags(federation, operation) -> dict[str, str]:
    """The session tags of the last call of the operation."""
    calls = federation.control("GET", "calls")["calls"]
    tags: dict[str, str] = [call["session_tags"] for call in calls if call["operation"] == operation][-1]
    return tags


def create_channel(federation, house, key, person) -> str:
    messaging = federation.messaging(key)
    return str(
        messaging.create_channel(
            AppInstanceArn=house.arn, Name="talk", ChimeBearer=house[person], ClientRequestToken=str(uuid.uuid4())
        )["ChannelArn"]
    )


def send(federation, house, key, channel, person) -> dict[str, Any]:
    answer: dict[str, Any] = federation.messaging(key).send_channel_message(
        ChannelArn=channel,
        Content="hello",
        Type="STANDARD",
        Persistence="PERSISTENT",
        ChimeBearer=house[person],
        ClientRequestToken=str(uuid.uuid4()),
    )
    return answer


def test_alice_talks_as_herself_and_not_as_bob(federation, issuer, mapped, initech, code):
    alice = mapped.become(issuer.login("alice", **claims_of(initech, "alice")))
    channel = create_channel(federation, initech, alice, "alice")
    assert send(federation, initech, alice, channel, "alice")["MessageId"]
    federation.messaging(alice).create_channel_membership(
        ChannelArn=channel, MemberArn=initech["bob"], Type="DEFAULT", ChimeBearer=initech["alice"]
    )
    assert code(send, federation=federation, house=initech, key=alice, channel=channel, person="bob") == (
        "AccessDeniedException"
    )
    bob = mapped.become(issuer.login("bob", **claims_of(initech, "bob")))
    assert send(federation, initech, bob, channel, "bob")["MessageId"]
    assert last_tags(federation, "SendChannelMessage") == {"UserUUID": "bob", "AppInstanceId": initech.id}


def test_credentials_last_an_hour_and_name_the_service(federation, issuer, pool):
    answer = pool.public.get_credentials_for_identity(
        IdentityId=pool.enter(issuer.login("alice")), Logins=issuer.login("alice")
    )
    assert 3590 <= answer["Credentials"]["Expiration"].timestamp() - time.time() <= 3600
    key = pool.get_credentials(answer["IdentityId"], Logins=issuer.login("alice"))
    arn = federation.sts(key).get_caller_identity()["Arn"]
    assert arn.endswith("assumed-role/PoolMember/CognitoIdentityCredentials")


def test_the_same_login_is_always_the_same_identity(issuer, pool, federation):
    first = pool.enter(issuer.login("alice"))
    assert first.startswith("us-east-1:")
    assert pool.enter(issuer.login("alice")) == first
    assert pool.enter(issuer.login("bob")) != first
    assert build_pool(federation, issuer).enter(issuer.login("alice")) != first


def test_a_policy_may_name_the_identity(federation, issuer, pool, initech, code):
    pool.set_roles(authenticated="PoolSelf")
    identity = pool.enter(issuer.login("alice"))
    key = pool.get_credentials(identity, Logins=issuer.login("alice"))
    federation.identity().create_app_instance_user(AppInstanceArn=initech.arn, AppInstanceUserId=identity, Name="Alice")
    channels = federation.messaging(key).list_channels
    assert channels(AppInstanceArn=initech.arn, ChimeBearer=f"{initech.arn}/user/{identity}")["Channels"] == []
    assert code(channels, AppInstanceArn=initech.arn, ChimeBearer=initech["alice"]) == "AccessDeniedException"


def test_the_default_tags_are_client_and_username(federation, issuer, pool):
    pool.owner.set_principal_tag_attribute_map(
        IdentityPoolId=pool.id, IdentityProviderName=issuer.arn, UseDefaults=True
    )
    federation.sts(pool.become(issuer.login("alice", azp="tv-app"))).get_caller_identity()
    assert last_tags(federation, "GetCallerIdentity") == {"client": "tv-app", "username": "alice"}


def test_tags_need_a_role_that_lets_sessions_be_tagged(issuer, mapped, initech, code):
    mapped.set_roles(authenticated="PoolWithoutTags")
    assert mapped.become(issuer.login("alice")).token
    assert code(mapped.become, logins=issuer.login("alice", **claims_of(initech, "alice"))) == (
        "InvalidIdentityPoolConfigurationException"
    )


def test_a_claim_that_makes_no_tag_lets_nobody_in(issuer, mapped, code):
    wild = issuer.login("alice", chime_user="*", app_instance="x")
    assert code(mapped.become, logins=wild) == "InvalidIdentityPoolConfigurationException"


@pytest.mark.parametrize("role", ["NotForPools", "Nowhere", "PoolGuest"])
def test_a_role_that_does_not_trust_the_pool_is_not_given(issuer, pool, code, role):
    pool.set_roles(authenticated=role)
    assert code(pool.become, logins=issuer.login("alice")) == "InvalidIdentityPoolConfigurationException"


def test_a_pool_without_a_role_gives_nothing(issuer, pool, code):
    pool.set_roles(unauthenticated="PoolGuest")
    assert code(pool.become, logins=issuer.login("alice")) == "InvalidIdentityPoolConfigurationException"


def test_a_rule_chooses_the_role(federation, issuer, pool, code):
    pool.set_roles(rules(issuer.arn, "Deny"), authenticated="PoolMember")
    assert assumed(federation, pool.become(issuer.login("alice", groups=["staff", "admins"]))) == "PoolAdmin"
    assert assumed(federation, pool.become(issuer.login("bob", mail="bob@initech.example"))) == "PoolSelf"
    both = issuer.login("carol", groups=["admins"], mail="carol@initech.example")
    assert assumed(federation, pool.become(both)) == "PoolAdmin"
    assert assumed(federation, pool.become(both, CustomRoleArn=role_arn("PoolSelf"))) == "PoolSelf"
    assert code(pool.become, logins=both, CustomRoleArn=role_arn("PoolMember")) == "NotAuthorizedException"
    assert code(pool.become, logins=issuer.login("dora", groups=["staff"])) == "NotAuthorizedException"
    pool.set_roles(rules(issuer.arn, "AuthenticatedRole"), authenticated="PoolMember")
    assert assumed(federation, pool.become(issuer.login("dora", groups=["staff"]))) == "PoolMember"


def rules(provider: str, otherwise: str) -> dict[str, Any]:
    chosen = [
        {"Claim": "groups", "MatchType": "Equals", "Value": "admins", "RoleARN": role_arn("PoolAdmin")},
        {"Claim": "mail", "MatchType": "Contains", "Value": "@initech.", "RoleARN": role_arn("PoolSelf")},
    ]
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": otherwise, "RulesConfiguration": {"Rules": chosen}}
    return {provider: mapping}


def test_a_token_of_a_user_pool_chooses_the_role(federation, issuer, pool, code):
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}
    pool.set_roles({f"{USER_POOL}:poolclient": mapping}, authenticated="PoolMember")

    def login(**roles):
        said = {f"cognito:{name}": value for name, value in roles.items()}
        return {USER_POOL: issuer.sign_as_user_pool("alice", **said)}

    assert assumed(federation, pool.become(login(roles=ROLES[1:]))) == "PoolAdmin"
    assert assumed(federation, pool.become(login(roles=ROLES, preferred_role=ROLES[1]))) == "PoolAdmin"
    assert assumed(federation, pool.become(login(roles=ROLES), CustomRoleArn=ROLES[0])) == "PoolMember"
    assert code(pool.become, logins=login(roles=ROLES)) == "NotAuthorizedException"
    assert code(pool.become, logins=login(roles=ROLES), CustomRoleArn=role_arn("PoolSelf")) == "NotAuthorizedException"
    assert code(pool.become, logins=login()) == "NotAuthorizedException"


def test_a_role_of_ones_own_choice_needs_a_token_that_has_it(issuer, pool, code):
    refused = code(pool.become, logins=issuer.login("alice"), CustomRoleArn=role_arn("PoolAdmin"))
    assert refused == "NotAuthorizedException"


def test_guests_come_in_where_they_may_but_into_chime_nowhere(federation, issuer, pool, initech, code):
    assert code(pool.enter, logins={}) == "NotAuthorizedException"
    open_pool = build_pool(federation, issuer, AllowUnauthenticatedIdentities=True)
    key = open_pool.become({})
    assert assumed(federation, key) == "PoolGuest"
    # The role has chime:*, and Cognito's own session policy for guests has nothing of it.
    assert (
        code(federation.messaging(key).list_channels, AppInstanceArn=initech.arn, ChimeBearer=initech["alice"])
        == "AccessDeniedException"
    )


@pytest.mark.parametrize(
    ("kind", "value", "claim", "matches"),
    [
        ("Equals", "staff", "staff", True),
        ("Equals", "staff", "Staff", False),
        ("Equals", "7", 7, True),
        ("Equals", "true", True, True),
        ("NotEqual", "staff", "guests", True),
        ("NotEqual", "staff", ["guests", "staff"], False),
        ("StartsWith", "st", "staff", True),
        ("StartsWith", "aff", "staff", False),
        ("Contains", "aff", ["x", "staff"], True),
        ("Contains", "b", "staff", False),
    ],
)
def test_a_rule_matches_as_its_type_says(federation, issuer, pool, kind, value, claim, matches):
    rule = {"Claim": "team", "MatchType": kind, "Value": value, "RoleARN": role_arn("PoolAdmin")}
    mapping = {
        "Type": "Rules",
        "AmbiguousRoleResolution": "AuthenticatedRole",
        "RulesConfiguration": {"Rules": [rule]},
    }
    pool.set_roles({issuer.name: mapping}, authenticated="PoolMember")
    chosen = assumed(federation, pool.become(issuer.login("alice", team=claim)))
    assert chosen == ("PoolAdmin" if matches else "PoolMember")
    assert assumed(federation, pool.become(issuer.login("bob"))) == "PoolMember"
