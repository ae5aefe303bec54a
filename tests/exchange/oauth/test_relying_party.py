"""The portal as an OpenID provider, used by a client of another's making through each of its grants."""

from __future__ import annotations

import pytest

from accounts import standing
from accounts.models import Kind
from tenants.scope import scope
from tests.conftest import person
from tests.exchange.conftest import HOST
from tests.exchange.doors import assert_refused, credentials_in, speaks_as
from tests.exchange.oauth.relying_party import CALLBACK, DEVICE, RelyingParty, browser, consent, register, signed_in


def as_bearer(visitor, token):
    return visitor.post(
        "/api/v1/exchange", "{}", content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )


def test_somebody_signs_in_to_an_app_and_the_app_chats_in_their_name(app, linked, alices, alice, bob, at_aws):
    came = signed_in(app, alices)
    assert came["claims"]["sub"] == came["info"]["sub"] == str(alice.pk)
    assert (came["info"]["name"], came["info"]["email"]) == ("Alice Ångström", "alice@acme.example")
    credentials = credentials_in(as_bearer(alices, came["tokens"]["access_token"]))
    assert speaks_as(at_aws, linked, credentials, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, linked, credentials, str(bob.pk)).startswith("AccessDenied")


def test_a_token_without_the_chats_scope_is_none_for_the_chat(app, alices):
    token = signed_in(app, alices, "openid profile")["tokens"]["access_token"]
    assert_refused(as_bearer(alices, token), 403, "insufficient_scope")


def test_an_id_token_is_no_access_token(app, alices):
    assert_refused(as_bearer(alices, signed_in(app, alices)["tokens"]["id_token"]), 401, "invalid_token")


def test_who_says_no_gives_nothing(app, alices):
    asked = app.step("authorize", redirectUri=CALLBACK, scope="openid")
    assert "error=access_denied" in consent(alices, asked["url"], action="cancel")


def test_who_let_one_app_in_has_let_no_other_one_in(app, alices, linked, served):
    signed_in(app, alices)
    other, secret = register(linked, name="Another")
    for party, led in ((app, "code="), (RelyingParty(served, other.client_id, secret), "error=consent_required")):
        asked = party.step("authorize", redirectUri=CALLBACK, scope="openid chime")
        silent = alices.get(f"{asked['url'].partition(served)[2]}&prompt=none")
        assert led in silent["Location"]


def test_a_refresh_token_brings_new_tokens_once(app, alices):
    refresh_token = signed_in(app, alices)["tokens"]["refresh_token"]
    again = app.step("refresh", refreshToken=refresh_token)
    assert credentials_in(as_bearer(alices, again["access_token"]))
    assert app.step("refresh", refreshToken=refresh_token)["error"] == "invalid_grant"


def test_what_was_revoked_is_believed_no_more(app, alices):
    token = signed_in(app, alices)["tokens"]["access_token"]
    assert app.step("revoke", token=token) == {}
    assert_refused(as_bearer(alices, token), 401, "invalid_token")


def test_who_is_disabled_is_out_with_every_token(app, alices, linked, alice):
    tokens = signed_in(app, alices)["tokens"]
    with scope(linked):
        standing.disable(linked, [alice.pk])
        standing.restore(linked, [alice.pk])
    assert_refused(as_bearer(alices, tokens["access_token"]), 401, "invalid_token")
    assert app.step("refresh", refreshToken=tokens["refresh_token"])["error"] == "invalid_grant"


def test_a_client_by_itself_is_the_app_it_stands_for(served, linked, alices, at_aws):
    robot = person(linked, "robot", kind=Kind.APP)
    registration, secret = register(linked, app=robot)
    tokens = RelyingParty(served, registration.client_id, secret).step("credentials", scope="chime")
    credentials = credentials_in(as_bearer(alices, tokens["access_token"]))
    assert speaks_as(at_aws, linked, credentials, str(robot.pk)) == "ok"


def test_a_client_that_stands_for_nobody_does_not_chat(app, alices):
    tokens = app.step("credentials", scope="chime")
    assert_refused(as_bearer(alices, tokens["access_token"]), 403, "no_app")


def test_a_device_is_let_in_by_its_code(served, linked, alices, alice, at_aws):
    registration, _ = register(linked, confidential=False, grants=[DEVICE], redirect_uris=[])
    device = RelyingParty(served, registration.client_id)
    asked = device.step("device", scope="openid chime")
    assert "user_code" in asked, asked
    code = {"code": asked["user_code"]}
    assert b"The app" in alices.get("/oauth/device", code).content
    alices.post(f"/oauth/device?code={asked['user_code']}", {"action": "confirm"})
    tokens = device.step("poll", device=asked | {"interval": 1})
    assert "access_token" in tokens, tokens
    credentials = credentials_in(as_bearer(alices, tokens["access_token"]))
    assert speaks_as(at_aws, linked, credentials, str(alice.pk)) == "ok"


def test_no_other_page_lets_a_device_in(served, linked, alices):
    registration, _ = register(linked, confidential=False, grants=[DEVICE], redirect_uris=[])
    device = RelyingParty(served, registration.client_id)
    asked = device.step("device", scope="openid chime")
    alices.handler.enforce_csrf_checks = True
    forged = alices.post(f"/oauth/device?code={asked['user_code']}", {"action": "confirm"})
    assert forged.status_code == 403
    poll = {"grant_type": DEVICE, "device_code": asked["device_code"], "client_id": registration.client_id}
    assert alices.post("/oauth/token", poll).json()["error"] == "authorization_pending"


def test_a_code_without_its_verifier_is_worth_nothing(app, alices):
    asked = app.step("authorize", redirectUri=CALLBACK, scope="openid")
    back = consent(alices, asked["url"])
    checks = {"state": asked["state"], "nonce": asked["nonce"], "verifier": asked["verifier"][::-1]}
    assert app.step("callback", url=back, **checks)["error"] == "invalid_grant"


@pytest.mark.parametrize("address", ["https://evil.example/callback", f"{CALLBACK}/../other", "javascript:alert(1)"])
def test_nobody_is_sent_where_the_client_did_not_say(app, alices, address):
    asked = app.step("authorize", redirectUri=address, scope="openid")
    page = alices.get(asked["url"].partition(HOST)[2].partition("/")[1:][1].join(["/", ""]))
    assert page.status_code == 200
    assert "Location" not in page
    assert b"That did not work" in page.content


def test_clients_and_tokens_of_one_tenant_are_unknown_to_another(app, alices, linked, globex, carol, served):
    token = signed_in(app, alices)["tokens"]["access_token"]
    with scope(globex):
        globex.domains.create(host="localhost.localdomain")
    theirs = browser(served.replace(HOST, "localhost.localdomain"), carol)
    assert theirs.get("/oauth/authorize", {"client_id": app.client_id, "response_type": "code"}).status_code == 200
    assert_refused(as_bearer(theirs, token), 401, "invalid_proof")
    told = theirs.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert told.status_code == 401
    form = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": app.secret}
    assert theirs.post("/oauth/token", form).json()["error"] == "invalid_client"
