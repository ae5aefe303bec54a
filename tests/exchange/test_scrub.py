"""No proof and no credential is written down anywhere: in no log line, event, issuance, admin page or complaint."""

from __future__ import annotations

import json
import logging

import pytest

from accounts import signing
from audit.models import Event
from exchange import sts, web_identity
from exchange.models import Issuance
from tenants.scope import scope, unscoped
from tenants.services import change_tenant
from tests.accounts.openid.visits import provided, settings_of
from tests.accounts.saml.company import Visit, connect
from tests.accounts.saml.idp import IdentityProvider, encode
from tests.conftest import PASSWORD, at, token_of
from tests.exchange.doors import by_bearer, by_body, by_sample, by_sdk
from tests.exchange.ways import by_token, trust_tokens
from tests.servers.openid import OpenIDProvider

ADMIN = ("/admin/exchange/issuance/", "/admin/audit/event/", "/admin/accounts/apitoken/")


@pytest.fixture
def kept(monkeypatch) -> set[str]:
    """Each secret that comes into being on the way, as AWS or the portal makes it."""
    found: set[str] = set()

    def read(answer):
        found.update({answer["SecretAccessKey"], answer["SessionToken"]})
        return real_read(answer)

    def sign(*given, **more):
        token = real_sign(*given, **more)
        found.add(token.reveal())
        return token

    real_read, real_sign = sts.read, signing.sign
    for module in (sts, web_identity):
        monkeypatch.setattr(module, "read", read)
    monkeypatch.setattr(signing, "sign", sign)
    return found


@pytest.fixture
def everything(caplog, capfd):
    """All that is logged at any level, and all that is printed."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="botocore")  # which tells its secrets only to who asks for DEBUG
    return lambda: caplog.text + "".join(capfd.readouterr())


def rows() -> str:
    with unscoped():
        return json.dumps([*Event.objects.values(), *Issuance.objects.values()], default=str)


def pages(tenant, admin) -> str:
    browser = at(tenant, admin)
    return "".join(browser.get(path).content.decode() for path in ADMIN)


def broken(secret: str) -> str:
    """The same secret, no good any more."""
    middle = len(secret) // 2
    return secret[:middle] + ("A" if secret[middle] != "A" else "B") + secret[middle + 1 :]


@pytest.mark.parametrize("way", ["assume_role", "web_identity"])
def test_no_secret_is_written_down(served, linked, alice, bob, settings, kept, everything, way):
    settings.PRIVATE_PROVIDERS = True
    change_tenant(linked, password_proofs=True)
    if way == "web_identity":
        with scope(linked):
            by_token(linked, served, linked.rules.get(profile="member").role_arn)
    idp, word = IdentityProvider(), "a-wrong-word-of-alices"
    connect(linked, idp, slug="staff", allow_unsolicited=True)
    with OpenIDProvider() as issuer:
        provided(linked, issuer, slug="company", settings=settings_of(issuer))
        api_token, id_token = token_of(alice).reveal(), issuer.sign()
        response = encode(Visit(linked, idp, at(linked)).respond())
        shown = {api_token, id_token, response, PASSWORD, word}
        answers = [
            *(door(linked, secret) for door in (by_bearer, by_sample, by_sdk) for secret in (api_token, id_token)),
            *(door(linked, broken(one)) for door in (by_bearer, by_sample, by_sdk) for one in (api_token, id_token)),
            *(by_body(linked, kind="assertion", value=value) for value in (response, response, broken(response))),
            *(by_body(linked, kind="password", username="alice", value=value) for value in (PASSWORD, word)),
        ]
    refused = "".join(answer.content.decode() for answer in answers if answer.status_code != 200)
    assert {answer.status_code for answer in answers} >= ({200, 401} if way == "assume_role" else {401, 502})
    assert kept
    told = everything() + rows() + pages(linked, bob) + refused
    secrets = {*shown, *kept, *map(broken, shown - {PASSWORD, word})}
    assert [secret for secret in secrets if secret in told] == []


def test_a_secret_that_is_logged_is_seen(everything):
    logging.getLogger("exchange").warning("here is %s", "cip_secret")
    assert "cip_secret" in everything()


@pytest.mark.parametrize("way", ["assume_role", "web_identity"])
def test_the_doctor_tells_no_secret_either(served, linked, at_aws, alice, bob, kept, everything, way):
    """It gets credentials of two people, and turns them against the tenant."""
    if way == "web_identity":
        trust_tokens(linked, at_aws, served)
    secrets = {token_of(one).reveal() for one in (alice, bob)}
    assert by_bearer(linked, token_of(alice).reveal()).status_code == 200
    for value in sorted(secrets):
        headers = {"Authorization": f"Bearer {value}"}
        asked = json.dumps({"user": "alice", "isolation": True})
        answer = at(linked).post("/api/v1/checkup", asked, content_type="application/json", headers=headers)
        told = everything() + rows() + pages(linked, bob) + answer.content.decode()
        assert [secret for secret in {*secrets, *kept} if secret in told] == []
    assert len(kept) >= 6
