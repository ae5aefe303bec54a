"""RFC 8693, section by section; docs/oauth.md names the tests of this file beside each MUST."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import jwt
import pytest
from allauth.idp.oidc.models import Token
from django.utils import timezone

from accounts import signing, standing
from audit.models import Event
from exchange.models import Issuance
from exchange.token_request import ACCESS_TOKEN, AWS_CREDENTIALS, ID_TOKEN, JWT, SAML2
from tenants.scope import scope, unscoped
from tests.conftest import token_of
from tests.exchange.doors import speaks_as
from tests.exchange.oauth.relying_party import EXCHANGE, RelyingParty, register, signed_in

API = "https://api.acme.example/"


@pytest.fixture
def registered(linked):
    return register(linked, targets=[API], may_act=True)


@pytest.fixture
def ask(served, registered, alices, alice):
    """Ask for an exchange of alice's API token, with changes; None leaves a parameter out."""
    registration, secret = registered

    def asked(**changes):
        usual = {
            "grant_type": EXCHANGE,
            "client_id": registration.client_id,
            "client_secret": secret,
            "subject_token": token_of(alice).reveal(),
            "subject_token_type": ACCESS_TOKEN,
        }
        given = {name: value for name, value in (usual | changes).items() if value is not None}
        return alices.post("/oauth/token", given)

    return asked


def claims_in(answer):
    assert answer.status_code == 200, answer.content
    return jwt.decode(answer.json()["access_token"], options={"verify_signature": False})


def refused(answer, error, status=400):
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.content
    assert answer["Cache-Control"] == "no-store"
    description = answer.json()["error_description"]
    assert description.isascii()
    assert not set(description) & {'"', "\\"}


# --- 2.1 Request ---------------------------------------------------------------------------------------------------


def test_a_token_becomes_an_access_token(ask, served, alice, registered):
    answer = ask()
    claims = claims_in(answer)
    told = {name: value for name, value in answer.json().items() if name != "access_token"}
    scopes = "openid profile email chime"
    assert told.pop("expires_in") in range(3500, 3601)
    assert told == {"issued_token_type": ACCESS_TOKEN, "token_type": "Bearer", "scope": scopes}
    assert (claims["iss"], claims["sub"], claims["aud"]) == (served, str(alice.pk), [served])
    assert claims["client_id"] == registered[0].client_id
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("no-store", "application/json")


@pytest.mark.parametrize("name", ["subject_token", "subject_token_type"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_required_must_be_there(ask, name, value):
    refused(ask(**{name: value}), "invalid_request")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject_token_type", "urn:ietf:params:oauth:token-type:refresh_token"),
        ("subject_token_type", "nonsense"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:saml2"),
        ("requested_token_type", ID_TOKEN),
        ("assertion", "x"),
        ("code", "x"),
        ("duration_seconds", "900"),
    ],
)
def test_what_is_not_supported_is_refused_and_never_ignored(ask, name, value):
    refused(ask(**{name: value}), "invalid_request")


def test_an_actor_comes_with_its_type_or_not_at_all(ask, bob):
    refused(ask(actor_token=token_of(bob).reveal()), "invalid_request")
    refused(ask(actor_token_type=ACCESS_TOKEN), "invalid_request")


def test_a_parameter_comes_once(ask):
    refused(ask(subject_token_type=[ACCESS_TOKEN, ACCESS_TOKEN]), "invalid_request")


def test_resource_and_audience_may_come_together(ask, served):
    assert claims_in(ask(resource=API))["aud"] == [API]
    assert claims_in(ask(resource=[API, served], audience=API))["aud"] == [API, served, API]


@pytest.mark.parametrize("name", ["resource", "audience"])
def test_a_target_that_is_not_registered_is_refused(ask, name):
    refused(ask(**{name: "https://elsewhere.example/"}), "invalid_target")


def test_a_token_for_another_is_none_for_the_portal(ask, alices):
    token = ask(resource=API).json()["access_token"]
    refused(ask(subject_token=token), "invalid_request")
    answer = alices.post("/api/v1/exchange", "{}", "application/json", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_scopes_are_narrowed_and_never_widened(ask):
    narrow = ask(scope="openid")
    assert narrow.json()["scope"] == claims_in(narrow)["scope"] == "openid"
    again = {"subject_token": narrow.json()["access_token"], "scope": "openid chime"}
    refused(ask(**again), "invalid_scope")
    refused(ask(scope="admin"), "invalid_scope")


# --- 2.1 Who asks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"client_secret": "wrong"}, {"client_secret": None}, {"client_id": "nobody"}])
def test_the_client_proves_itself(ask, change):
    answer = ask(**change)
    refused(answer, "invalid_client", 401)
    assert answer["WWW-Authenticate"] == "Basic"


def test_a_public_client_has_no_exchange(ask, linked):
    registration, secret = register(linked, confidential=False, grants=["authorization_code"])
    refused(ask(client_id=registration.client_id, client_secret=secret), "invalid_client", 401)


def test_a_client_without_the_grant_has_no_exchange(ask, linked):
    registration, secret = register(linked, grants=["client_credentials"])
    refused(ask(client_id=registration.client_id, client_secret=secret), "unauthorized_client")


def test_a_client_of_another_tenant_is_nobody(ask, globex):
    registration, secret = register(globex)
    refused(ask(client_id=registration.client_id, client_secret=secret), "invalid_client", 401)


def test_another_client_of_another_making_is_understood(served, linked, alice):
    registration, secret = register(linked)
    parameters = {"subject_token": token_of(alice).reveal(), "subject_token_type": ACCESS_TOKEN}
    app = RelyingParty(served, registration.client_id, secret)
    answer = app.step("grant", grantType=EXCHANGE, parameters=parameters)
    assert answer["issued_token_type"] == ACCESS_TOKEN


# --- 2.2.2 Errors --------------------------------------------------------------------------------------------------


def test_a_token_that_does_not_hold_is_an_invalid_request(ask, alice, carol):
    for token in ("cip_00000000_nonsense", "a.b.c", token_of(carol).reveal(), token_of(alice).reveal()[:-1]):
        refused(ask(subject_token=token), "invalid_request")


def test_whom_the_portal_has_put_out_gets_nothing(ask, alice, linked):

    token = token_of(alice).reveal()
    with scope(linked):
        standing.disable(linked, [alice.pk])
    refused(ask(subject_token=token), "invalid_request")


# --- 3 and 4: types and actors -------------------------------------------------------------------------------------


def test_a_portals_token_may_be_exchanged_but_lives_no_longer(ask, served, registered, alices, settings):
    app = RelyingParty(served, registered[0].client_id, registered[1])
    token = signed_in(app, alices)["tokens"]["access_token"]
    first = jwt.decode(token, options={"verify_signature": False})
    settings.IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 7200
    # allauth counts the row's end from a later moment than the token's.
    with unscoped():
        kept = Token.objects.lookup(Token.Type.ACCESS_TOKEN, token)
        Token.objects.filter(pk=kept.pk).update(expires_at=kept.expires_at + timedelta(seconds=5))
    for of_type in (ACCESS_TOKEN, JWT):
        assert claims_in(ask(subject_token=token, subject_token_type=of_type))["exp"] <= first["exp"]


def test_an_actor_stands_in_the_token_and_in_the_audit_trail(ask, linked, alice, bob):
    claims = claims_in(ask(actor_token=token_of(bob).reveal(), actor_token_type=ACCESS_TOKEN))
    assert (claims["sub"], claims["act"]) == (str(alice.pk), {"sub": str(bob.pk)})
    assert Event.objects.get(name="token.exchanged").detail["actor"] == str(bob.pk)


def test_earlier_actors_stay_within_the_latest(ask, alice, bob):
    first = ask(actor_token=token_of(bob).reveal(), actor_token_type=ACCESS_TOKEN).json()["access_token"]
    again = {"actor_token": token_of(alice).reveal(), "actor_token_type": ACCESS_TOKEN}
    chain = {"sub": str(alice.pk), "act": {"sub": str(bob.pk)}}
    assert claims_in(ask(subject_token=first, **again))["act"] == chain
    assert claims_in(ask(subject_token=first))["act"] == {"sub": str(bob.pk)}
    token = first
    for _ in range(3):
        token = ask(subject_token=token, **again).json()["access_token"]
    refused(ask(subject_token=token, **again), "invalid_request")


def test_only_a_client_that_may_act_shows_an_actor(ask, linked, bob):
    registration, secret = register(linked)
    actor = {"actor_token": token_of(bob).reveal(), "actor_token_type": ACCESS_TOKEN}
    refused(ask(client_id=registration.client_id, client_secret=secret, **actor), "unauthorized_client")
    refused(ask(actor_token="cip_00000000_x", actor_token_type=ACCESS_TOKEN), "invalid_request")


def test_a_forged_token_of_the_portals_is_none(ask, served, linked, alice):
    now = timezone.now()
    with scope(linked):
        times = {"iat": int(now.timestamp()), "exp": int((now + timedelta(hours=1)).timestamp())}
        claims = {"iss": served, "aud": [served], "sub": str(alice.pk), "jti": "x", "client_id": "x", **times}
        signed = signing.sign(linked, claims | {"token_use": "access"}, now=now).reveal()
        for_aws = signing.sign(linked, claims | {"aud": "sts.amazonaws.com"}, now=now).reveal()
    for token in (signed, for_aws, f"{signed[:-4]}AAAA"):
        refused(ask(subject_token=token, subject_token_type=JWT), "invalid_request")


# --- the requested type of AWS credentials -------------------------------------------------------------------------


def test_aws_credentials_are_those_of_one_person(ask, linked, alice, bob, at_aws, registered):
    answer = ask(requested_token_type=AWS_CREDENTIALS, duration_seconds="900")
    told = answer.json()
    assert (told["issued_token_type"], told["token_type"]) == (AWS_CREDENTIALS, "N_A")
    assert told["expires_in"] in range(880, 901)
    found = json.loads(told["access_token"])
    credentials = {**found, "SessionToken": found["Token"]}
    assert speaks_as(at_aws, linked, credentials, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, linked, credentials, str(bob.pk)).startswith("AccessDenied")
    with scope(linked):
        assert str(Issuance.objects.get().pk) == told["exchange_id"] == answer["X-Exchange-Id"]
    issued = Event.objects.get(name="exchange.issued")
    assert issued.detail["asked_by"] == {"client": registered[0].client_id}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"audience": API}, "invalid_target"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"duration_seconds": "899"}, "invalid_request"),
        ({"duration_seconds": "-1"}, "invalid_request"),
        ({"duration_seconds": "¹²³"}, "invalid_request"),
        ({"subject_token": "cip_00000000_x"}, "invalid_request"),
    ],
)
def test_aws_credentials_are_refused_as_clearly(ask, change, error):
    refused(ask(requested_token_type=AWS_CREDENTIALS, **change), error)


def test_a_client_without_the_chats_scope_gets_no_aws_credentials(ask, linked):
    registration, secret = register(linked, scopes=["openid"])
    change = {"client_id": registration.client_id, "client_secret": secret}
    refused(ask(requested_token_type=AWS_CREDENTIALS, **change), "invalid_scope")


def test_saml_is_base64url(ask):
    refused(ask(subject_token="é", subject_token_type=SAML2), "invalid_request")
    nonsense = base64.urlsafe_b64encode(b"<nonsense/>").decode()
    refused(ask(subject_token=nonsense, subject_token_type=SAML2), "invalid_request")
