"""The first river at its doors, against real AWS clients and localaws."""

from __future__ import annotations

import base64
import json

import boto3
import pytest
from botocore.exceptions import ClientError

from accounts import standing
from accounts.models import User
from audit.models import Event
from exchange.models import Issuance
from exchange.throttles import GuestThrottle, ProofThrottle
from portal.demo.aws_setup import ROLES
from tenants import aws
from tenants.scope import scope
from tenants.services import change_tenant
from tests.conftest import at, link, stagehand, token_of

GUEST_TEXT = "{\n  defaultsTo: 'anonymousAccess',\n}\n"


def exchanged(tenant, user=None, body=None, **headers):
    return at(tenant, user).post(
        "/api/v1/exchange", json.dumps(body or {}), content_type="application/json", headers=headers
    )


def as_holder(server, credentials, service="chime-sdk-messaging"):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def denied(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"]


def test_a_session_becomes_credentials_of_that_one_person(linked, alice, bob, at_aws):
    answer = exchanged(linked, alice)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["user"] == {"id": str(alice.pk), "username": "alice", "display_name": "Alice Ångström"}
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Exchange-Id"] == body["exchange_id"]

    who = as_holder(at_aws, body["credentials"], "sts").get_caller_identity()
    assert who["Arn"].endswith(f"/chime_{alice.pk}")
    mine, bobs = body["app_instance_user_arn"], f"{body['app_instance_arn']}/user/{bob.pk}"
    messaging = as_holder(at_aws, body["credentials"])
    assert messaging.list_channels(AppInstanceArn=body["app_instance_arn"], ChimeBearer=mine)["Channels"] == []
    assert denied(messaging.list_channels, AppInstanceArn=body["app_instance_arn"], ChimeBearer=bobs).startswith(
        "Access"
    )
    identity = as_holder(at_aws, body["credentials"], "chime-sdk-identity")
    assert denied(identity.list_app_instance_users, AppInstanceArn=body["app_instance_arn"]).startswith("Access")


def test_the_credentials_open_nothing_in_another_app_instance(linked, alice, globex, carol, at_aws):
    elsewhere = link(globex, at_aws).aws_link.app_instance_arn
    messaging = as_holder(at_aws, exchanged(linked, alice).json()["credentials"])
    for user in (alice, carol):
        bearer = f"{elsewhere}/user/{user.pk}"
        assert denied(messaging.list_channels, AppInstanceArn=elsewhere, ChimeBearer=bearer).startswith("Access")


def test_chime_knows_the_user_before_the_credentials_leave(linked, alice, at_aws):
    body = exchanged(linked, alice).json()
    seen = stagehand(at_aws, "chime-sdk-identity").describe_app_instance_user(
        AppInstanceUserArn=body["app_instance_user_arn"]
    )["AppInstanceUser"]
    assert seen["Name"] == "Alice Ångström"


def test_each_exchange_is_written_down_without_the_secret(linked, alice):
    body = exchanged(linked, alice).json()
    with scope(linked):
        issuance = Issuance.objects.get()
    assert str(issuance.pk) == body["exchange_id"]
    assert (issuance.username, issuance.proof_kind, issuance.role_arn) == ("alice", "session", ROLES["member"])
    assert issuance.tags["ExchangeId"] == body["exchange_id"]
    assert issuance.address == "127.0.0.1"
    written = f"{issuance.__dict__} {list(Event.objects.values())}"
    assert body["exchange_id"] in written
    assert body["credentials"]["SecretAccessKey"] not in written
    assert body["credentials"]["SessionToken"] not in written


def test_a_token_is_taken_raw_and_as_the_samples_browser_sends_it(linked, alice):
    secret = token_of(alice).reveal()
    for value in (secret, base64.b64encode(secret.encode()).decode()):
        answer = at(linked).post("/creds", headers={"authorization": f"Bearer {value}"})
        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert body["ChimeUserId"] == str(alice.pk)
        assert body["ChimeAppInstanceUserArn"].endswith(f"/user/{alice.pk}")
        assert body["ChimeDisplayName"] == "Alice Ångström"
        assert set(body["ChimeCredentials"]) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
        assert body["ChimeCredentials"]["Expiration"].endswith("Z")
    assert exchanged(linked, body={"proof": {"kind": "token", "value": secret}}).status_code == 200


def test_guests_come_in_only_where_the_tenant_lets_them(linked, at_aws):
    bearer = f"Bearer {base64.b64encode(GUEST_TEXT.encode()).decode()}"
    refused = at(linked).post("/creds", headers={"authorization": bearer})
    assert (refused.status_code, refused.json()["code"]) == (401, "proof_required")

    change_tenant(linked, guests=True)
    guests = [at(linked).post("/creds", headers={"authorization": bearer}), at(linked).post("/creds")]
    ids = {answer.json()["ChimeUserId"] for answer in guests}
    assert len(ids) == 2
    assert all(one.startswith("anon_") for one in ids)
    arn = guests[0].json()["ChimeAppInstanceUserArn"]
    seen = stagehand(at_aws, "chime-sdk-identity").describe_app_instance_user(AppInstanceUserArn=arn)
    assert seen["AppInstanceUser"]["ExpirationSettings"]["ExpirationDays"] == linked.guest_days
    with scope(linked):
        assert {one.role_arn for one in Issuance.objects.all()} == {ROLES["guest"]}


def test_a_wrong_token_never_becomes_a_guest(linked):
    change_tenant(linked, guests=True)
    for value in ("cip_00000000_wrong", "garbage", "e30="):
        answer = at(linked).post("/creds", headers={"authorization": f"Bearer {value}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    with scope(linked):
        assert not User.objects.filter(kind="guest").exists()


def test_refusals_are_told_apart_and_written_down(linked, alice, globex):
    secret = token_of(alice)
    with scope(linked):
        standing.disable(linked, [alice.pk])
    answer = exchanged(linked, authorization=f"Bearer {secret.reveal()}")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    assert answer["Content-Type"] == "application/problem+json"
    event = Event.objects.get(name="exchange.refused")
    assert event.detail["exchange_id"] == answer.json()["exchange_id"]
    assert event.detail["code"] == "token_revoked"

    foreign = exchanged(globex, authorization=f"Bearer {secret.reveal()}")
    assert (foreign.status_code, foreign.json()["code"]) == (401, "invalid_token")
    nobody = exchanged(linked)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "proof_required")
    assert nobody["WWW-Authenticate"] == "Bearer"


def test_a_tenant_without_aws_says_so(acme, alice, at_aws):
    answer = exchanged(acme, alice)
    assert (answer.status_code, answer.json()["code"]) == (502, "aws_refused")
    assert "not linked" in Event.objects.get(name="exchange.refused").detail["cause"]


def test_aws_out_of_reach_is_unavailable_and_says_when_to_come_back(linked, alice, monkeypatch):
    exchanged(linked, alice)  # Chime knows alice and the portal knows who it is at AWS.
    aws._client.cache_clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    answer = exchanged(linked, alice)
    assert (answer.status_code, answer.json()["code"]) == (503, "aws_unavailable")
    assert int(answer["Retry-After"]) >= 1


def test_a_session_needs_the_csrf_token_or_at_creds_a_named_origin(linked, alice):
    browser = at(linked, alice)
    browser.handler.enforce_csrf_checks = True
    answer = browser.post("/api/v1/exchange", "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    page = browser.get("/account/tokens/")
    token = page.context["csrf_token"]
    answer = browser.post(
        "/api/v1/exchange", "{}", content_type="application/json", headers={"X-CSRFToken": str(token)}
    )
    assert answer.status_code == 200

    change_tenant(linked, origins=["https://app.example"])
    for origin, status in (("https://app.example", 200), ("http://acme.localhost", 200), ("https://evil.example", 403)):
        assert browser.post("/creds", headers={"origin": origin}).status_code == status, origin
    assert browser.post("/creds").status_code == 403


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"duration_seconds": 60}, "duration_seconds"),
        ({"duration_seconds": "long"}, "duration_seconds"),
        ({"proof": {"kind": "magic"}}, "proof.kind"),
        ({"proof": "token"}, "proof"),
        ({"durations": 900}, "durations"),
        ({"proof": {"kind": "guest", "vaule": "x"}}, "proof.vaule"),
        ([], ""),
    ],
)
def test_a_bad_wish_is_refused_by_name(linked, alice, body, names):
    answer = at(linked, alice).post("/api/v1/exchange", json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert names in answer.json()["detail"]


def test_too_many_exchanges_are_throttled_with_the_time_to_wait(linked, alice, settings, monkeypatch):
    monkeypatch.setattr(ProofThrottle, "THROTTLE_RATES", {"exchange": "2/min", "address": "99/min", "guest": "9/min"})
    browser = at(linked, alice)
    answers = [browser.post("/api/v1/exchange", "{}", content_type="application/json") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "throttled"
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_one_token_is_one_however_it_is_written(linked, alice, monkeypatch):
    monkeypatch.setattr(ProofThrottle, "THROTTLE_RATES", {"exchange": "2/min", "address": "99/min", "guest": "9/min"})
    secret = token_of(alice).reveal()
    encoded = base64.b64encode(secret.encode()).decode()
    in_body = {"proof": {"kind": "token", "value": secret}}
    answers = [
        exchanged(linked, authorization=f"Bearer {secret}"),
        exchanged(linked, authorization=f"bEARER  {encoded}"),
        exchanged(linked, authorization=f"Bearer {encoded.rstrip('=')}"),
        exchanged(linked, body=in_body),
        exchanged(linked, body=in_body, authorization="Bearer nothing-of-interest"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429, 429]
    assert exchanged(linked, authorization="Bearer another-one").status_code == 401


def test_new_guests_are_counted_by_address_whatever_comes_with_the_request(linked, alice, monkeypatch):
    change_tenant(linked, guests=True)
    monkeypatch.setattr(GuestThrottle, "THROTTLE_RATES", {"exchange": "99/min", "address": "99/min", "guest": "1/min"})
    assert at(linked).post("/creds").status_code == 200
    asked = base64.b64encode(GUEST_TEXT.encode()).decode()
    again = base64.b64encode(f" {GUEST_TEXT}".encode()).decode()
    guest = {"proof": {"kind": "guest"}}
    answers = [
        at(linked).post("/creds", headers={"authorization": f"Bearer {asked}"}),
        at(linked).post("/creds", headers={"authorization": f"Bearer {again}"}),
        exchanged(linked, body=guest),
        exchanged(linked, body=guest, authorization="Bearer nothing-of-interest"),
        exchanged(linked, alice, body=guest),
    ]
    assert [answer.status_code for answer in answers] == [429] * 5
    assert answers[0].json()["code"] == "throttled"
    assert exchanged(linked, alice).status_code == 200, "a member is no guest"
