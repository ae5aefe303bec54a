"""No secret of an app, no code and no token of the OpenID provider is written down anywhere."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from exchange.token_request import ACCESS_TOKEN, AWS_CREDENTIALS
from tests.conftest import token_of
from tests.exchange.doors import by_sdk
from tests.exchange.oauth.relying_party import CALLBACK, DEVICE, EXCHANGE, RelyingParty, browser, consent, register
from tests.exchange.test_scrub import broken, everything, pages, rows
from tests.exchange.ways import make_pool

__all__ = ["everything"]


def exchanges(alices, app, subject, **more):
    usual = {"grant_type": EXCHANGE, "client_id": app.client_id, "client_secret": app.secret}
    return alices.post("/oauth/token", usual | {"subject_token": subject, "subject_token_type": ACCESS_TOKEN} | more)


def test_no_secret_of_an_app_is_written_down(app, alices, alice, bob, linked, served, everything):
    asked = app.step("authorize", redirectUri=CALLBACK, scope="openid chime")
    back = consent(alices, asked["url"])
    checks = {name: asked[name] for name in ("verifier", "state", "nonce")}
    tokens = app.step("callback", url=back, **checks)["tokens"]
    refreshed = app.step("refresh", refreshToken=tokens["refresh_token"])
    secrets = {app.secret, parse_qs(urlsplit(back).query)["code"][0], asked["verifier"]}
    secrets |= {tokens[name] for name in ("access_token", "refresh_token", "id_token")}
    secrets |= {refreshed[name] for name in ("access_token", "refresh_token")}

    api_token = token_of(alice).reveal()
    given = exchanges(alices, app, api_token).json()["access_token"]
    credentials = json.loads(exchanges(alices, app, given, requested_token_type=AWS_CREDENTIALS).json()["access_token"])
    secrets |= {api_token, given, credentials["SecretAccessKey"], credentials["Token"]}

    public = RelyingParty(served, register(linked, confidential=False, grants=[DEVICE], redirect_uris=[])[0].client_id)
    device = public.step("device", scope="openid chime")
    alices.post(f"/oauth/device?code={device['user_code']}", {"action": "confirm"})
    secrets |= {device["device_code"], public.step("poll", device=device | {"interval": 1})["access_token"]}

    refusals = [
        exchanges(alices, app, broken(given)),
        exchanges(alices, RelyingParty(served, app.client_id, broken(app.secret)), given),
        exchanges(alices, app, given, audience="https://elsewhere.example/"),
        by_sdk(linked, broken(tokens["access_token"])),
        alices.get("/oauth/userinfo", headers={"Authorization": f"Bearer {broken(given)}"}),
        alices.post("/oauth/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}),
    ]
    assert all(answer.status_code >= 400 for answer in refusals)
    lists = "".join(
        browser(served, bob).get(f"/admin/{model}/").content.decode()
        for model in ("accounts/clientregistration", "exchange/revocation")
    )
    told = everything() + rows() + pages(linked, bob) + lists + "".join(one.content.decode() for one in refusals)
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.parametrize("way", ["cognito", "cognito_enhanced"])
def test_no_secret_of_a_pool_is_written_down(linked, alice, bob, at_aws, everything, way):
    make_pool(linked, at_aws).choose(way)
    token = token_of(alice).reveal()
    given = by_sdk(linked, token).json()
    refused = by_sdk(linked, broken(token))
    told = everything() + rows() + pages(linked, bob) + refused.content.decode()
    secrets = {token, broken(token), given["SecretAccessKey"], given["Token"]}
    assert [secret for secret in secrets if secret in told] == []
