"""Every token of a login is verified: who made it, for whom, and when."""

from __future__ import annotations

import base64
import json
import time

import jwt
import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloud import ACCOUNT
from tests.localaws.federation import AWAY, COGNITO, DEVELOPER, USER_POOL, Issuer, build_pool


@pytest.fixture(scope="module")
def house(federation, issuer):
    """One pool is enough: whoever is refused leaves nothing there."""
    return build_pool(federation, issuer)


@pytest.fixture
def refusal(house):
    """What a pool says to a login that it does not believe."""

    def refuse(logins, pool=house) -> str:
        return refusal_of(lambda: pool.enter(logins))

    return refuse


def refusal_of(call) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_who_else_signs_is_not_believed(issuer, refusal):
    other = Issuer()
    try:
        forged = other.sign("alice", iss=issuer.url)
    finally:
        other.close()
    assert refusal({issuer.name: forged}).startswith("NotAuthorizedException: Invalid login token.")


def test_no_word_can_be_changed(issuer, refusal):
    header, body, signature = issuer.sign("alice").split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**said, "sub": "bob"}).encode()).decode().rstrip("=")
    assert refusal({issuer.name: f"{header}.{changed}.{signature}"}).startswith("NotAuthorizedException")


def test_a_token_without_signature_is_none(issuer, refusal):
    now = int(time.time())
    said = {"iss": issuer.url, "sub": "alice", "aud": "chat-app", "iat": now, "exp": now + 300}
    assert refusal({issuer.name: jwt.encode(said, None, algorithm="none")}).startswith("NotAuthorizedException")
    secret = jwt.encode(said, "the public key, as a secret that everybody knows", algorithm="HS256")
    assert refusal({issuer.name: secret}).startswith("NotAuthorizedException")


@pytest.mark.parametrize("text", ["x", "a.b.c", "é", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA"])
def test_what_is_no_token_is_refused(issuer, refusal, text):
    assert refusal({issuer.name: text}).startswith("NotAuthorizedException")
    assert refusal({COGNITO: text}).startswith("NotAuthorizedException")


def test_elliptic_keys_are_not_for_identity_pools(issuer, refusal):
    token = issuer.sign_with(issuer.ec, "ES256", "ec", "alice")
    assert "RSA" in refusal({issuer.name: token})


def test_a_token_has_its_time(issuer, house, refusal):
    now = int(time.time())
    assert "expired" in refusal(issuer.login("alice", exp=now - 1))
    assert refusal(issuer.login("alice", iat=now + 900, exp=now + 1200)).startswith("NotAuthorizedException")
    assert refusal(issuer.login("alice", exp="tomorrow")).startswith("NotAuthorizedException")
    assert house.enter(issuer.login("alice", iat=now + 200))


def test_a_token_is_for_a_client_of_ours(issuer, house, refusal):
    assert "audience" in refusal(issuer.login("alice", aud="another-app"))
    assert "audience" in refusal(issuer.login("alice", azp="another-app"))
    assert refusal(issuer.login("alice", aud=["chat-app", "tv-app"])).startswith("NotAuthorizedException")
    assert house.enter(issuer.login("alice", aud=["chat-app", "x"], azp="tv-app")) == house.enter(issuer.login("alice"))


def test_the_login_names_the_issuer(issuer, refusal):
    assert "Issuer" in refusal({issuer.name: issuer.sign("alice", iss="https://login.example.org")})
    assert refusal({issuer.name: issuer.sign("alice", iss=f"https://{issuer.name}")}).startswith("NotAuthorized")


def test_only_providers_of_the_pool_count(federation, issuer, refusal):
    bare = build_pool(federation, issuer, OpenIdConnectProviderARNs=[], CognitoIdentityProviders=[])
    assert "supported provider" in refusal(issuer.login("alice"), bare)
    assert "supported provider" in refusal({USER_POOL: issuer.sign_as_user_pool("alice")}, bare)
    assert "supported provider" in refusal({"login.example.org": issuer.sign("alice")})
    assert "developer" in refusal({DEVELOPER: "alice"})


def test_a_provider_must_be_known_to_iam(federation, issuer, refusal):
    unknown = issuer.arn.replace("127.0.0.1", "localhost")
    pool = build_pool(federation, issuer, OpenIdConnectProviderARNs=[unknown])
    url = issuer.url.replace("127.0.0.1", "localhost")
    said = refusal({url.removeprefix("http://"): issuer.sign("alice", iss=url)}, pool)
    assert said.startswith("NotAuthorizedException")


def test_facebook_can_not_be_asked_here(federation, issuer, refusal):
    pool = build_pool(federation, issuer, SupportedLoginProviders={"graph.facebook.com": "7346241598935552"})
    assert refusal({"graph.facebook.com": "x"}, pool).startswith("NotServedHereException")


def test_a_user_pool_gives_id_tokens_to_its_clients(issuer, house, refusal):
    assert house.enter({USER_POOL: issuer.sign_as_user_pool("alice")})
    for wrong in ({"aud": "otherclient"}, {"token_use": "access"}, {"iss": issuer.url}, {"exp": int(time.time()) - 1}):
        assert refusal({USER_POOL: issuer.sign_as_user_pool("alice", **wrong)}).startswith("NotAuthorizedException")


def test_one_false_login_spoils_the_true_one(issuer, house, refusal):
    logins = {**issuer.login("nobody-yet"), USER_POOL: issuer.sign_as_user_pool("alice", aud="otherclient")}
    assert refusal(logins).startswith("NotAuthorizedException")
    assert house.enter(issuer.login("nobody-yet")) != house.enter(issuer.login("alice"))


def test_every_door_verifies(issuer, house):
    identity = house.enter(issuer.login("alice"))
    forged = {issuer.name: issuer.sign("alice")[:-8] + "AAAAAAAA"}
    public = house.public
    for call in (public.get_credentials_for_identity, public.get_open_id_token):
        assert refusal_of(lambda call=call: call(IdentityId=identity, Logins=forged)).startswith("NotAuthorized")
    wish = {"IdentityId": identity, "Logins": forged, "LoginsToRemove": [issuer.name]}
    assert refusal_of(lambda: public.unlink_identity(**wish)).startswith("NotAuthorized")
    assert refusal_of(lambda: house.vouch("alice", Logins=forged)).startswith("NotAuthorized")


def test_an_identity_is_its_owners(issuer, house):
    alice = house.enter(issuer.login("alice"))
    nobody: dict[str, str] = {}
    for logins in (nobody, issuer.login("bob")):
        for call in (house.public.get_credentials_for_identity, house.public.get_open_id_token):
            refused = refusal_of(lambda call=call, logins=logins: call(IdentityId=alice, Logins=logins))
            assert refused.startswith("NotAuthorizedException")


def test_cognitos_own_token_is_for_its_identity_and_its_pool(federation, issuer, house):
    alice, bob = house.vouch("alice"), house.vouch("bob")
    own = {COGNITO: alice["Token"]}
    assert house.get_credentials(alice["IdentityId"], Logins=own).token
    assert "another identity" in refusal_of(lambda: house.get_credentials(bob["IdentityId"], Logins=own))
    other = build_pool(federation, issuer)
    elsewhere = other.vouch("alice")
    assert refusal_of(lambda: other.get_credentials(elsewhere["IdentityId"], Logins=own)).startswith("NotAuthorized")


def test_nobody_else_makes_cognitos_tokens(issuer, house):
    alice = house.vouch("alice")
    said = jwt.decode(alice["Token"], options={"verify_signature": False})
    key_id = jwt.get_unverified_header(alice["Token"])["kid"]
    forged = jwt.encode(said, issuer.rsa, algorithm="RS256", headers={"kid": key_id})
    assert refusal_of(lambda: house.get_credentials(alice["IdentityId"], Logins={COGNITO: forged})).startswith(
        "NotAuthorizedException"
    )


def test_a_guests_token_proves_nothing(federation, issuer):
    pool = build_pool(federation, issuer, AllowUnauthenticatedIdentities=True)
    guest = pool.enter({})
    token = pool.public.get_open_id_token(IdentityId=guest)["Token"]
    refused = refusal_of(lambda: pool.get_credentials(guest, Logins={COGNITO: token}))
    assert refused.startswith("NotAuthorizedException")


def test_an_issuer_that_is_away_is_said_to_be_away(federation, issuer, refusal):
    pool = build_pool(federation, issuer, OpenIdConnectProviderARNs=[f"arn:aws:iam::{ACCOUNT}:oidc-provider/{AWAY}"])
    assert refusal({AWAY: issuer.sign("alice", iss=f"http://{AWAY}")}, pool).startswith("ExternalServiceException")
