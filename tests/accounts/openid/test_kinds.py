"""Google, Apple, Cognito, Facebook and Amazon: each with what is particular about it, at servers of our own."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from accounts.kinds import amazon, apple, cognito, facebook, google
from accounts.models import Identity, User
from tenants.scope import scope
from tests.accounts.openid.visits import CALLBACK, leave, names, provided, somebody, visit
from tests.conftest import at
from tests.servers.openid import CLIENT, SECRET, ec_key


def asked_by(browser) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(leave(browser)).query).items()}


def known(tenant) -> tuple[str, User]:
    with scope(tenant):
        identity = Identity.objects.select_related("user").get()
    return identity.subject, identity.user


@pytest.fixture
def workspace(acme, issuer, monkeypatch):
    monkeypatch.setattr(google, "ISSUER", issuer.url)
    provided(acme, issuer, kind="google", settings={"client_id": CLIENT, "workspace": "acme.example"})
    return issuer


def test_google_lets_in_the_people_of_the_workspace(acme, workspace):
    assert asked_by(at(acme))["hd"] == "acme.example"
    workspace.claims = {"hd": "acme.example", "preferred_username": None}
    browser = at(acme)
    visit(browser, workspace)
    assert (somebody(browser), known(acme)[0]) == ("dora@acme.example", "dora-1")


@pytest.mark.parametrize("hosted", ["other.example", None])
def test_and_nobody_else_whatever_they_wrote_into_the_address(acme, workspace, hosted):
    workspace.claims = {"hd": hosted}
    assert visit(at(acme), workspace).status_code == 401
    assert names(acme) == set()


def test_a_user_pool_tells_names_and_groups_in_its_own_words(acme, issuer, monkeypatch):
    monkeypatch.setattr(cognito, "ISSUER", issuer.url + "/{region}/{pool}")
    path = "/eu-central-1/eu-central-1_a1B2c3D4e"
    published = issuer.pages["/.well-known/openid-configuration"] | {"issuer": issuer.url + path}
    issuer.pages[f"{path}/.well-known/openid-configuration"] = published
    provided(acme, issuer, kind="cognito", settings={"client_id": CLIENT, "user_pool_id": "eu-central-1_a1B2c3D4e"})
    issuer.claims = {
        "iss": issuer.url + path,
        "preferred_username": None,
        "groups": None,
        "cognito:username": "dora",
        "cognito:groups": ["moderators"],
        "token_use": "id",
    }
    browser = at(acme)
    visit(browser, issuer)
    assert (somebody(browser), known(acme)[1].groups) == ("dora", ["moderators"])


@pytest.fixture
def apples(acme, issuer, monkeypatch):
    key = ec_key()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    monkeypatch.setattr(apple, "ISSUER", issuer.url)
    settings = {"client_id": CLIENT, "team_id": "TEAM123456", "key_id": "KEY1234567"}
    provided(acme, issuer, kind="apple", settings=settings, secrets={"private_key": pem})
    return key


def test_apple_posts_its_answer_from_its_own_page(acme, issuer, apples):
    """The browser sends no cookie along with another site's form, so the answer comes a second time, by itself."""
    browser = at(acme)
    url = leave(browser)
    assert "response_mode=form_post" in url
    answer = issuer.authorize(url)
    posted = at(acme).post(CALLBACK, answer)
    assert posted.status_code == 302
    assert posted["Location"].startswith(CALLBACK)
    browser.get(posted["Location"])
    assert somebody(browser) == "dora@acme.example"


def test_apple_is_shown_a_token_in_the_place_of_a_secret(acme, issuer, apples):
    visit(at(acme), issuer)
    secret = issuer.asked[0]["client_secret"]
    said = jwt.decode(secret, apples.public_key(), algorithms=["ES256"], audience=issuer.url)
    assert (said["iss"], said["sub"]) == ("TEAM123456", CLIENT)
    assert said["exp"] - said["iat"] == 300
    assert jwt.get_unverified_header(secret)["kid"] == "KEY1234567"


def test_facebook_is_asked_for_the_profile_with_a_proof(acme, issuer, monkeypatch):
    monkeypatch.setattr(facebook, "DIALOG", f"{issuer.url}/dialog")
    monkeypatch.setattr(facebook, "GRAPH", f"{issuer.url}/graph")
    issuer.pages["/graph/oauth/access_token"] = {"access_token": "an-access-token"}
    issuer.pages["/graph/me"] = {"id": "4711", "name": "Dora of Acme", "email": "dora@acme.example"}
    provided(acme, issuer, kind="facebook", settings={"client_id": CLIENT})
    assert {"code_challenge", "state"} <= set(asked_by(at(acme)))
    visit(at(acme), issuer)
    subject, dora = known(acme)
    assert (subject, dora.display_name, dora.email) == ("4711", "Dora of Acme", "dora@acme.example")
    proof = hmac.new(SECRET.encode(), b"an-access-token", hashlib.sha256).hexdigest()
    assert f"/graph/me?fields=id,name,email&appsecret_proof={proof}" in issuer.looked


def test_amazon_is_asked_for_the_profile(acme, issuer, monkeypatch):
    monkeypatch.setattr(amazon, "AUTHORIZATION", f"{issuer.url}/ap/oa")
    monkeypatch.setattr(amazon, "API", issuer.url)
    issuer.pages["/auth/o2/token"] = {"access_token": "an-access-token"}
    issuer.pages["/user/profile"] = {"user_id": "amzn1.account.K2LI", "name": "Dora", "email": "dora@acme.example"}
    provided(acme, issuer, kind="amazon", settings={"client_id": CLIENT})
    visit(at(acme), issuer)
    assert known(acme)[0] == "amzn1.account.K2LI"


def test_an_address_that_nobody_verified_stays_unverified(acme, issuer, monkeypatch):
    monkeypatch.setattr(amazon, "AUTHORIZATION", f"{issuer.url}/ap/oa")
    monkeypatch.setattr(amazon, "API", issuer.url)
    issuer.pages["/auth/o2/token"] = {"access_token": "an-access-token"}
    issuer.pages["/user/profile"] = {"user_id": "1", "name": "Dora", "email": "dora@acme.example"}
    provided(acme, issuer, kind="amazon", settings={"client_id": CLIENT})
    visit(at(acme), issuer)
    with scope(acme):
        assert EmailAddress.objects.get().verified is False
