"""Tokens and answers that were forged, stolen or kept, each beside an honest one that differs in one thing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.accounts.openid.visits import CALLBACK, come_back, leave, names, provided, somebody, visit
from tests.conftest import at
from tests.servers.openid import In, OpenIDProvider, ec_key


@pytest.fixture
def issuer(settings):
    settings.PRIVATE_PROVIDERS = True
    with OpenIDProvider() as provider:
        yield provider


def let_in(tenant, issuer) -> bool:
    """Try once; nobody who is refused leaves a trace."""
    browser = at(tenant)
    answer = visit(browser, issuer)
    if somebody(browser) is None:
        assert answer.status_code == 401, answer.content.decode()
        assert names(tenant) == set()
        return False
    return True


LIES = [
    {"iss": "https://other.example"},
    {"iss": None},
    {"aud": "another-client"},
    {"aud": None},
    {"aud": ["portal", "another-client"]},
    {"aud": ["another-client"]},
    {"azp": "another-client"},
    {"aud": ["portal", "another-client"], "azp": "another-client"},
    {"nonce": "of-another-browser"},
    {"nonce": None},
    {"nonce": ["x"]},
    {"exp": In(-120)},
    {"exp": None},
    {"exp": "soon"},
    {"exp": 10**18},
    {"iat": In(600)},
    {"iat": None},
    {"nbf": In(600)},
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": "x" * 256},
    {"padding": "x" * 40_000},
]
TRUTHS = [
    {},
    {"aud": ["portal"]},
    {"aud": ["portal", "another-client"], "azp": "portal"},
    {"azp": "portal"},
    {"exp": In(3600)},
    {"exp": In(-30), "iat": In(-600)},
    {"iat": In(30)},
    {"nbf": In(-600)},
    {"sub": "x" * 255},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_token_that_lies_is_refused(acme, issuer, lie):
    provided(acme, issuer)
    issuer.claims = lie
    assert not let_in(acme, issuer)


@pytest.mark.parametrize("truth", TRUTHS, ids=str)
def test_its_honest_twin_is_believed(acme, issuer, truth):
    provided(acme, issuer)
    issuer.claims = truth
    assert let_in(acme, issuer)


def test_an_unsigned_token_is_refused(acme, issuer):
    provided(acme, issuer)
    issuer.algorithm = "none"
    assert not let_in(acme, issuer)


def test_a_signature_cut_off_is_refused(acme, issuer):
    provided(acme, issuer)
    browser = at(acme)
    url = leave(browser)
    answer = issuer.authorize(url)
    nonce = issuer.authorized[answer["code"]]["nonce"]
    head, said, _ = issuer.sign(nonce=nonce).split(".")
    issuer.id_token = f"{head}.{said}."
    assert browser.get(CALLBACK, answer).status_code == 401


def test_the_public_key_as_a_shared_secret_is_refused(acme, issuer):
    """RS256 and HS256 mixed up (RFC 8725, section 2.1)."""
    provided(acme, issuer)
    browser = at(acme)
    answer = issuer.authorize(leave(browser))
    nonce = issuer.authorized[answer["code"]]["nonce"]
    pem = issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = jwt.decode(issuer.sign(nonce=nonce), options={"verify_signature": False})
    issuer.id_token = _hs256(said, pem, issuer.key_id)
    assert browser.get(CALLBACK, answer).status_code == 401
    assert somebody(browser) is None


def test_the_client_secret_as_a_key_is_refused(acme, issuer):
    provided(acme, issuer)
    issuer.algorithm, issuer.key = "HS256", "s" * 32
    assert not let_in(acme, issuer)


def test_a_key_that_is_not_published_is_refused(acme, issuer):
    provided(acme, issuer)
    honest, issuer.key = issuer.key, rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert not let_in(acme, issuer)
    issuer.key = honest
    assert let_in(acme, issuer)


@pytest.mark.parametrize("header", [{"kid": "made-up"}, {"kid": None}, {"crit": ["x"], "x": 1}], ids=str)
def test_a_header_that_asks_for_more_is_refused_or_harmless(acme, issuer, header):
    """Without a key id the only key is taken, and the signature must still hold."""
    provided(acme, issuer)
    issuer.header = header
    issuer.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert not let_in(acme, issuer)


def test_a_key_in_the_token_itself_is_not_used(acme, issuer):
    provided(acme, issuer)
    issuer.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer.header = {"jwk": {"kty": "RSA"}, "jku": "http://127.0.0.1:1/keys", "x5u": "http://127.0.0.1:1/"}
    assert not let_in(acme, issuer)


def test_a_short_key_is_refused(acme, issuer):
    provided(acme, issuer)
    issuer.key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the attack
    issuer.publish(issuer.key, issuer.key_id)
    assert not let_in(acme, issuer)


def test_a_key_for_encryption_does_not_sign(acme, issuer):
    provided(acme, issuer)
    issuer.pages["/keys"]["keys"][0]["use"] = "enc"
    assert not let_in(acme, issuer)
    issuer.pages["/keys"]["keys"][0]["use"] = "sig"


def test_a_new_key_is_looked_for_once_a_minute(acme, issuer):
    provided(acme, issuer)
    assert let_in(acme, issuer)
    issuer.algorithm, issuer.key, issuer.key_id = "ES256", ec_key(), "k2"
    issuer.publish(issuer.key, "k2")
    browser = at(acme)
    visit(browser, issuer)
    assert somebody(browser) == "dora"
    looked = issuer.looked.count("/keys")
    issuer.header = {"kid": "made-up"}
    for _ in range(5):
        assert visit(at(acme), issuer).status_code == 401
    assert issuer.looked.count("/keys") == looked


def test_an_id_token_of_another_sign_in_is_refused(acme, issuer):
    """A token that was stolen, or is used again, has another nonce."""
    provided(acme, issuer)
    browser = at(acme)
    answer = issuer.authorize(leave(browser))
    issuer.id_token = issuer.sign(nonce=issuer.authorized[answer["code"]]["nonce"])
    assert browser.get(CALLBACK, answer).status_code == 302
    thief = at(acme)
    assert visit(thief, issuer).status_code == 401
    assert somebody(thief) is None


def test_an_answer_is_good_once_and_in_its_own_browser_only(acme, issuer):
    provided(acme, issuer)
    browser = at(acme)
    answer = issuer.authorize(leave(browser))
    thief = at(acme)
    assert thief.get(CALLBACK, answer).status_code == 400
    assert browser.get(CALLBACK, answer).status_code == 302
    assert browser.get(CALLBACK, answer).status_code == 400
    assert somebody(thief) is None


def test_a_code_slipped_into_another_browser_is_refused(acme, issuer):
    """Its verifier is the other browser's (RFC 9700, section 4.5)."""
    provided(acme, issuer)
    victim, attacker = at(acme), at(acme)
    state = issuer.authorize(leave(victim))["state"]
    code = issuer.authorize(leave(attacker))["code"]
    assert victim.get(CALLBACK, {"state": state, "code": code}).status_code == 503
    assert somebody(victim) is None


@pytest.mark.parametrize("state", ["", "x", "x" * 200, "\x00", "é"])
def test_a_made_up_state_is_refused(acme, issuer, state):
    provided(acme, issuer)
    browser = at(acme)
    leave(browser)
    assert browser.get(CALLBACK, {"code": "code-1", "state": state}).status_code == 400


def test_an_answer_of_another_provider_is_refused(acme, issuer):
    """Mix-up (RFC 9207): where a provider names itself in its answers, it must be the one that was asked."""
    provided(acme, issuer)
    url = leave(browser := at(acme))
    assert come_back(browser, issuer, url, iss="https://other.example").status_code == 401
    url = leave(browser)
    assert come_back(browser, issuer, url, iss=issuer.url).status_code == 302


def test_who_always_names_itself_must_do_so(acme, issuer):
    issuer.pages["/.well-known/openid-configuration"]["authorization_response_iss_parameter_supported"] = True
    provided(acme, issuer)
    browser = at(acme)
    assert come_back(browser, issuer, leave(browser)).status_code == 401
    assert come_back(browser, issuer, leave(browser), iss=issuer.url).status_code == 302


def test_state_of_one_provider_is_not_good_at_another(acme, issuer):
    provided(acme, issuer)
    provided(acme, issuer, slug="partners")
    browser = at(acme)
    answer = issuer.authorize(leave(browser, "/account/by/partners/"))
    assert browser.get(CALLBACK, answer).status_code == 400


def _hs256(said, secret: bytes, key_id: str) -> str:
    """PyJWT refuses to make such a token, so it is made by hand."""

    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    signed = f"{part(json.dumps({'alg': 'HS256', 'kid': key_id}).encode())}.{part(json.dumps(said).encode())}"
    return f"{signed}.{part(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"
