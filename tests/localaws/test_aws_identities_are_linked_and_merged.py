"""Logins that come together belong together; a guest becomes somebody; and nobody takes what is another's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.federation import CLERK, COGNITO, DEVELOPER, USER_POOL, build_pool, cognito


def of_user_pool(issuer, subject) -> dict[str, str]:
    return {USER_POOL: issuer.sign_as_user_pool(subject)}


@pytest.fixture
def open_pool(federation, issuer):
    return build_pool(federation, issuer, AllowUnauthenticatedIdentities=True)


def describe(pool, identity) -> dict[str, Any]:
    return dict(pool.owner.describe_identity(IdentityId=identity))


def test_logins_that_come_together_stay_together(issuer, pool):
    alice = pool.enter({**issuer.login("alice"), **of_user_pool(issuer, "alice-2")})
    assert pool.enter(of_user_pool(issuer, "alice-2")) == alice
    assert pool.enter(issuer.login("alice")) == alice
    assert sorted(describe(pool, alice)["Logins"]) == sorted([issuer.name, USER_POOL])


def test_a_login_is_added_by_whoever_has_one_already(issuer, pool, code):
    alice = pool.enter(issuer.login("alice"))
    more = of_user_pool(issuer, "alice-2")
    assert code(pool.get_credentials, identity=alice, Logins=more) == "NotAuthorizedException"
    pool.get_credentials(alice, Logins={**issuer.login("alice"), **more})
    assert pool.get_credentials(alice, Logins=more).token
    token = pool.vouch("bob", Logins=issuer.login("bob"))
    pool.public.get_open_id_token(
        IdentityId=token["IdentityId"], Logins={COGNITO: token["Token"], **of_user_pool(issuer, "bob-2")}
    )
    assert pool.enter(of_user_pool(issuer, "bob-2")) == token["IdentityId"]


def test_a_login_of_somebody_else_stays_there(issuer, pool, code):
    pool.enter(issuer.login("alice"))
    bob = pool.enter(of_user_pool(issuer, "bob"))
    both = {**issuer.login("alice"), **of_user_pool(issuer, "bob")}
    assert code(pool.enter, logins=both) == "ResourceConflictException"
    assert code(pool.get_credentials, identity=bob, Logins=both) == "ResourceConflictException"


def test_an_identity_is_one_person_at_a_provider(issuer, pool, code):
    alice = pool.enter({**issuer.login("alice"), **of_user_pool(issuer, "alice")})
    other = {**issuer.login("alice-2"), **of_user_pool(issuer, "alice")}
    assert code(pool.get_credentials, identity=alice, Logins=other) == "ResourceConflictException"
    assert describe(pool, alice)["Logins"] == sorted([issuer.name, USER_POOL])


def test_a_guest_becomes_somebody(issuer, open_pool, code):
    guest = open_pool.enter({})
    assert open_pool.get_credentials(guest).token
    assert open_pool.get_credentials(guest, Logins=issuer.login("alice")).token
    assert open_pool.enter(issuer.login("alice")) == guest
    assert code(open_pool.get_credentials, identity=guest) == "NotAuthorizedException"


def test_a_guest_who_was_somebody_before_is_that_again(issuer, open_pool):
    alice, guest = open_pool.enter(issuer.login("alice")), open_pool.enter({})
    answer = open_pool.public.get_credentials_for_identity(IdentityId=guest, Logins=issuer.login("alice"))
    assert answer["IdentityId"] == alice
    again = open_pool.public.get_credentials_for_identity(IdentityId=guest, Logins=issuer.login("alice"))
    assert again["IdentityId"] == alice
    listed = open_pool.owner.list_identities(IdentityPoolId=open_pool.id, MaxResults=60, HideDisabled=True)
    assert [each["IdentityId"] for each in listed["Identities"]] == [alice]


def test_a_guest_of_two_identities_is_none(issuer, open_pool, code):
    open_pool.enter(issuer.login("alice"))
    open_pool.enter(of_user_pool(issuer, "bob"))
    both = {**issuer.login("alice"), **of_user_pool(issuer, "bob")}
    assert code(open_pool.get_credentials, identity=open_pool.enter({}), Logins=both) == "ResourceConflictException"


def test_every_guest_is_another(open_pool):
    assert open_pool.enter({}) != open_pool.enter({})


def test_guests_are_shut_out_when_the_pool_says_so(open_pool, code):
    guest = open_pool.enter({})
    settings = {**open_pool.settings, "AllowUnauthenticatedIdentities": False}
    open_pool.owner.update_identity_pool(IdentityPoolId=open_pool.id, **settings)
    assert code(open_pool.get_credentials, identity=guest) == "NotAuthorizedException"
    assert code(open_pool.public.get_open_id_token, IdentityId=guest) == "NotAuthorizedException"


def test_an_identity_has_twenty_logins_at_most(issuer, pool, code):
    alice = pool.enter(issuer.login("alice"))
    for number in range(19):
        pool.vouch(f"alice-{number}", IdentityId=alice)
    assert code(pool.vouch, person="alice-19", IdentityId=alice) == "LimitExceededException"
    more = {**issuer.login("alice"), **of_user_pool(issuer, "alice")}
    assert code(pool.get_credentials, identity=alice, Logins=more) == "LimitExceededException"
    assert pool.enter(of_user_pool(issuer, "alice")) != alice


def test_a_login_is_taken_away_and_begins_anew(issuer, pool, code):
    both = {**issuer.login("alice"), **of_user_pool(issuer, "alice")}
    alice = pool.enter(both)
    unlink = pool.public.unlink_identity
    wish = {"IdentityId": alice, "LoginsToRemove": [USER_POOL]}
    assert code(unlink, **wish, Logins=issuer.login("bob")) == "NotAuthorizedException"
    assert code(unlink, IdentityId=alice, Logins=both, LoginsToRemove=["login.x"]) == "InvalidParameterException"
    unlink(**wish, Logins=issuer.login("alice"))
    assert describe(pool, alice)["Logins"] == [issuer.name]
    assert pool.enter(of_user_pool(issuer, "alice")) != alice
    unlink(IdentityId=alice, Logins=issuer.login("alice"), LoginsToRemove=[issuer.name])
    # Without a login it is nobody's, a guest's neither.
    assert code(pool.get_credentials, identity=alice) == "NotAuthorizedException"
    assert code(pool.get_credentials, identity=alice, Logins=issuer.login("alice")) == "NotAuthorizedException"


def test_identities_are_listed_page_by_page_and_described(issuer, pool, code):
    people = {pool.enter(issuer.login(name)) for name in ("alice", "bob", "carol")}
    first = pool.owner.list_identities(IdentityPoolId=pool.id, MaxResults=2)
    rest = pool.owner.list_identities(IdentityPoolId=pool.id, MaxResults=2, NextToken=first["NextToken"])
    assert "NextToken" not in rest
    listed = first["Identities"] + rest["Identities"]
    assert {each["IdentityId"] for each in listed} == people
    one = describe(pool, listed[0]["IdentityId"])
    assert one["Logins"] == [issuer.name]
    assert one["CreationDate"] <= one["LastModifiedDate"]
    assert code(pool.owner.list_identities, IdentityPoolId=pool.id, MaxResults=2, NextToken="x") == (
        "InvalidParameterException"
    )
    elsewhere = cognito(pool.cloud, region="eu-central-1")
    assert code(elsewhere.describe_identity, IdentityId=people.pop()) == "ResourceNotFoundException"


def test_identities_are_deleted(issuer, pool, code):
    alice = pool.enter(issuer.login("alice"))
    other = f"us-east-1:{'0' * 8}-0000-0000-0000-{'0' * 12}"
    answer = cognito(pool.cloud, CLERK).delete_identities(IdentityIdsToDelete=[alice, other])
    assert answer["UnprocessedIdentityIds"] == [{"IdentityId": other, "ErrorCode": "AccessDenied"}]
    assert code(pool.owner.describe_identity, IdentityId=alice) == "ResourceNotFoundException"
    assert code(pool.get_credentials, identity=alice, Logins=issuer.login("alice")) == "ResourceNotFoundException"
    assert pool.enter(issuer.login("alice")) != alice


def test_identities_are_for_those_who_may(federation, issuer, pool, code):
    alice = pool.enter(issuer.login("alice"))
    portal = federation.client("cognito-identity")
    assert code(portal.describe_identity, IdentityId=alice) == "AccessDeniedException"
    assert code(portal.delete_identities, IdentityIdsToDelete=[alice]) == "AccessDeniedException"
    assert code(portal.list_identities, IdentityPoolId=pool.id, MaxResults=1) == "AccessDeniedException"
    look = {"IdentityPoolId": pool.id, "IdentityId": alice}
    assert code(portal.lookup_developer_identity, **look) == "AccessDeniedException"
    merge = {"SourceUserIdentifier": "a", "DestinationUserIdentifier": "b", "DeveloperProviderName": DEVELOPER}
    assert code(portal.merge_developer_identities, IdentityPoolId=pool.id, **merge) == "AccessDeniedException"
    unlink = {**look, "DeveloperProviderName": DEVELOPER, "DeveloperUserIdentifier": "a"}
    assert code(portal.unlink_developer_identity, **unlink) == "AccessDeniedException"


def test_nobody_is_found_in_a_pool_that_is_not_there(pool, issuer, code):
    nowhere = f"us-east-1:{'0' * 8}-0000-0000-0000-{'0' * 12}"
    assert code(pool.public.get_id, IdentityPoolId=nowhere) == "ResourceNotFoundException"
    assert code(pool.public.get_id, IdentityPoolId=pool.id, AccountId="444455556666") == "ResourceNotFoundException"
    assert code(pool.public.get_open_id_token, IdentityId=nowhere) == "ResourceNotFoundException"
    assert code(pool.get_credentials, identity=nowhere) == "ResourceNotFoundException"
    unlink = {"IdentityId": nowhere, "Logins": issuer.login("alice"), "LoginsToRemove": [issuer.name]}
    assert code(pool.public.unlink_identity, **unlink) == "ResourceNotFoundException"
