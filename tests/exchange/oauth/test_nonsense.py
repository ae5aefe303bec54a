"""Requests that no client should send, drawn by chance: each is answered, none is a fault of ours."""

from __future__ import annotations

import base64
import random
from urllib.parse import urlencode

import pytest

from tests.conftest import token_of
from tests.exchange.oauth.relying_party import CALLBACK, DEVICE, EXCHANGE, RelyingParty, register, signed_in

PATHS = ["authorize", "token", "revoke", "userinfo", "device", "device/code", "logout"]
GRANTS = ["authorization_code", "refresh_token", "client_credentials", EXCHANGE, DEVICE]
NAMES = [
    *("client_id", "client_secret", "grant_type", "code", "redirect_uri", "scope", "state", "nonce", "response_type"),
    *("response_mode", "prompt", "max_age", "claims", "code_challenge", "code_challenge_method", "code_verifier"),
    *("refresh_token", "device_code", "user_code", "token", "token_type_hint", "resource", "audience", "subject_token"),
    *("subject_token_type", "actor_token", "actor_token_type", "requested_token_type", "duration_seconds"),
    *("id_token_hint", "post_logout_redirect_uri", "action", "request", "scopes", "access_token", "request_uri"),
    *("username", "password", "email", "display", "ui_locales", "acr_values", "login_hint"),
]
VALUES = [
    *("", "x", "a b", "é", "http://[", "javascript:1", CALLBACK, "openid", "openid chime nonsense", "none", "login"),
    *("S256", "plain", "code", "token", "code id_token", "-1", "9" * 50, "%00", "{}", "[]", "a.b.c", "cip_00000000_x"),
    *('{"id_token":{"sub":{"value":"x"}}}', "eyJhbGciOiJub25lIn0.e30.", *GRANTS),
    *(f"urn:ietf:params:oauth:token-type:{one}" for one in ("access_token", "saml2", "id_token", "jwt")),
]


@pytest.mark.filterwarnings("ignore:The default scheme will be changed")  # allauth's form of the logout
@pytest.mark.parametrize("seed", range(3))
def test_nothing_that_is_asked_is_a_500(app, served, linked, alices, alice, seed):
    chance = random.Random(seed)  # noqa: S311 - the same each time
    public = register(linked, confidential=False, grants=["authorization_code", "refresh_token", DEVICE])[0].client_id
    mine, _ = register(linked, grants=GRANTS[:4], may_act=True)
    tokens = signed_in(RelyingParty(served, app.client_id, app.secret), alices)["tokens"]
    true = [app.client_id, public, mine.client_id, app.secret, token_of(alice).reveal()]
    values = VALUES + 3 * [*true, tokens["access_token"], tokens["id_token"], tokens["refresh_token"]]
    basic = base64.b64encode(f"{app.client_id}:{app.secret}".encode()).decode()
    headers = [f"Basic {basic}", "Basic x", "Basic //86//8=", f"Bearer {tokens['access_token']}", "Bearer", ""]
    alices.raise_request_exception = False
    for _ in range(500):
        given = {name: chance.choice(values) for name in chance.sample(NAMES, chance.randint(1, 9))}
        if chance.random() < 0.6:
            given |= {"client_id": chance.choice([app.client_id, public]), "grant_type": chance.choice(GRANTS)}
        if chance.random() < 0.3:
            given |= {"response_type": "code", "redirect_uri": CALLBACK, "scope": "openid"}
        path, text = f"/oauth/{chance.choice(PATHS)}", urlencode(given)
        header = {"headers": {"Authorization": chance.choice(headers)}} if chance.random() < 0.3 else {}
        if chance.random() < 0.5:
            answer = alices.get(f"{path}?{text}", **header)
        else:
            query, body = chance.choice([("", text), (f"?{text}", "")])
            answer = alices.post(path + query, body, content_type="application/x-www-form-urlencoded", **header)
        assert answer.status_code < 500, (path, given, header)
