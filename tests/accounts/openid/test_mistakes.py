"""What may be wrong with a provider is told in a sentence, before anybody can come in by it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.models import IdentityProvider
from tenants.scope import scope
from tests.accounts.openid.forms import KINDS, PAGES, add, attempt, entries, made, pem_of
from tests.admin.pages import complaints
from tests.conftest import at
from tests.servers.openid import In


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        ({"issuer": "http://127.0.0.1:1"}, "does not answer"),
        ({"issuer": "https://nowhere.invalid"}, "does not answer"),
        ({"issuer": "{url}/realms/acme"}, "answers 404"),
        ({"issuer": "{url}/"}, "Enter exactly that as its issuer"),
        ({"map_subject": "employee_number"}, "no usable value under “employee_number”"),
        ({"creates_users": ""}, "people who are no users yet"),
        ({"client_id": "another-client"}, "not for this client (another-client)"),
    ],
    ids=str,
)
def test_a_mistake_of_ours_is_told_in_a_sentence(acme, bob, issuer, mistake, sentence):
    browser = at(acme, bob)
    changes = {name: value.replace("{url}", issuer.url) for name, value in mistake.items()}
    place = add(browser, **{"issuer": issuer.url} | changes)
    answer = browser.post(f"{place}test/")
    if sentence not in answer.content.decode():
        assert sentence in attempt(browser, issuer, place)
    assert made(acme).is_enabled is False


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"aud": "another-client"}, "It is for another-client, not for this client (portal)."),
        ({"iss": "https://other.example"}, "It is of the issuer https://other.example"),
        ({"exp": In(-600)}, "seconds ago. Compare the clocks."),
        ({"iat": In(600)}, "seconds from now. Compare the clocks."),
        ({"nonce": None}, "Its nonce is not the one that was sent."),
        ({"sub": None}, "It lacks sub."),
    ],
    ids=str,
)
def test_a_mistake_of_the_providers_is_told_in_a_sentence(acme, bob, issuer, claims, sentence):
    browser = at(acme, bob)
    place = add(browser, issuer=issuer.url)
    issuer.claims = claims
    assert sentence in attempt(browser, issuer, place)
    assert made(acme).tested_at is None


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"error": "invalid_client"}, "refuses the portal&#x27;s client id or secret"),
        ({"error": "unauthorized_client"}, "does not let this client use the authorization code flow"),
        ({"error": "invalid_grant"}, "refuses the code"),
        ({"error": "server_error", "error_description": "Out of order"}, "Out of order"),
    ],
    ids=str,
)
def test_what_the_token_endpoint_refuses_is_told(acme, bob, issuer, monkeypatch, answer, sentence):
    browser = at(acme, bob)
    place = add(browser, issuer=issuer.url)
    monkeypatch.setattr(issuer, "redeem", lambda _: (400, answer))
    assert sentence in attempt(browser, issuer, place)


@pytest.mark.parametrize(
    ("path", "document", "sentence"),
    [
        ("/token", {"access_token": "x"}, "gives no id_token. Is “openid” among the scopes?"),
        ("/token", b"<html>", "something that is not JSON"),
        ("/token", b"[]", "JSON that is no object"),
        ("/keys", {"keys": []}, "a key that the provider does not publish"),
        ("/keys", {"keys": "none"}, "a key that the provider does not publish"),
        ("/keys", b"x" * 2_000_000, "more than 1000000 bytes"),
        ("/.well-known/openid-configuration", b"[" * 100_000, "something that is not JSON"),
    ],
    ids=str,
)
def test_what_the_provider_publishes_wrong_is_told(acme, bob, issuer, path, document, sentence):
    browser = at(acme, bob)
    place = add(browser, issuer=issuer.url)
    issuer.pages[path] = document
    if "well-known" in path:
        assert sentence in browser.post(f"{place}test/").content.decode()
    else:
        assert sentence in attempt(browser, issuer, place)


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://user@host/", 7, "ftp://x/"])
def test_endpoints_that_are_no_addresses_are_refused(acme, bob, issuer, endpoint, url):
    issuer.pages["/.well-known/openid-configuration"][endpoint] = url
    browser = at(acme, bob)
    place = add(browser, issuer=issuer.url)
    assert f"no usable {endpoint}" in browser.post(f"{place}test/").content.decode()


NONSENSE = ["", "\x00", "x" * 10_000, "<b>", "://", "https://", "https://h:99999999", "-1", "https://a b/", "é"]
FIELDS = [(kind, field) for kind, fields in KINDS.items() for field in [*fields, "map_subject", "default_role"]]


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_nonsense_is_answered_with_a_sentence(acme, bob, kind, field):
    browser = at(acme, bob)
    for nonsense in NONSENSE:
        answer = browser.post(f"{PAGES}add/?kind={kind}", entries(kind, **{field: nonsense}))
        assert answer.status_code == 302 or complaints(answer), nonsense
        with scope(acme):
            IdentityProvider.objects.all().delete()


@pytest.mark.parametrize(
    ("kind", "field", "value", "sentence"),
    [
        ("oidc", "issuer", "https://x.example/.well-known/openid-configuration", "Leave out /.well-known/"),
        ("oidc", "issuer", "https://login.microsoftonline.com/common/v2.0", "your own tenant"),
        ("oidc", "issuer", "http://login.acme.example", "no address such as https://"),
        ("oidc", "scopes", "email profile", "openid among them"),
        ("cognito", "user_pool_id", "a1B2c3D4e", "A user pool id is a Region"),
        ("google", "workspace", "acme", "A domain looks like acme.example"),
        ("google", "client_secret", "", "This is needed"),
        ("apple", "private_key", "", "This is needed"),
        ("apple", "private_key", pem_of(rsa.generate_private_key(65537, 2048)), "on the curve P-256"),
        ("facebook", "client_secret", "", "This is needed"),
    ],
    ids=lambda value: value[:30],
)
def test_a_wrong_entry_is_told_beside_its_field(acme, bob, kind, field, value, sentence):
    answer = at(acme, bob).post(f"{PAGES}add/?kind={kind}", entries(kind, **{field: value}))
    assert sentence in " ".join(complaints(answer)[field])
