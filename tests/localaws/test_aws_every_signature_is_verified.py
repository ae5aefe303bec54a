from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.localaws.cloud import PORTAL, REGION, Key

IDENTITY = ("GET", "/app-instances", "chime")
CALLER = ("POST", "/", "sts")
WHO_AM_I = b"Action=GetCallerIdentity&Version=2011-06-15"


def sign(
    cloud, key: Key, method: str, path: str, service: str, *, body: bytes = b"", headers: dict[str, str] | None = None
) -> AWSRequest:
    request = AWSRequest(method, f"{cloud.url}{path}", data=body, headers=headers or {})
    SigV4Auth(Credentials(key.access_key_id, key.secret, key.token), service, REGION).add_auth(request)
    return request


def send(cloud, request: AWSRequest) -> tuple[int, str]:
    reply = cloud.send(request.method, str(request.url).removeprefix(cloud.url), request.headers, request.data or b"")
    return reply.status, reply.code


def test_a_signed_request_is_let_in(cloud):
    assert send(cloud, sign(cloud, PORTAL, *IDENTITY)) == (200, "")
    assert send(cloud, sign(cloud, PORTAL, *CALLER, body=WHO_AM_I)) == (200, "")


def test_a_request_without_a_signature_is_not(cloud):
    assert send(cloud, AWSRequest("GET", f"{cloud.url}/app-instances")) == (403, "MissingAuthenticationTokenException")
    assert send(cloud, AWSRequest("POST", f"{cloud.url}/", data=WHO_AM_I)) == (403, "MissingAuthenticationToken")


def test_an_unknown_key_is_not(cloud):
    unknown = Key("AKIANOBODYKNOWSME001", "anything")
    assert send(cloud, sign(cloud, unknown, *IDENTITY)) == (403, "UnrecognizedClientException")
    assert send(cloud, sign(cloud, unknown, *CALLER, body=WHO_AM_I)) == (403, "InvalidClientTokenId")


def test_a_wrong_secret_is_not(cloud):
    wrong = Key(PORTAL.access_key_id, PORTAL.secret[:-1] + "2")
    assert send(cloud, sign(cloud, wrong, *IDENTITY)) == (403, "InvalidSignatureException")
    assert send(cloud, sign(cloud, wrong, *CALLER, body=WHO_AM_I)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    "change",
    [
        lambda request: request.headers.replace_header("Authorization", flip(request.headers["Authorization"])),
        lambda request: request.headers.replace_header("X-Amz-Chime-Bearer", "arn:aws:chime:us-east-1:1:x/user/bob"),
        lambda request: setattr(request, "url", request.url + "?max-results=1"),
        lambda request: setattr(request, "url", request.url.replace("%2F", "/")),
        lambda request: setattr(request, "method", "DELETE"),
        lambda request: setattr(request, "data", b'{"Name":"other"}'),
        lambda request: request.headers.add_header("X-Amz-Target", "smuggled"),
    ],
    ids=["signature", "bearer", "query", "path", "method", "body", "one more header"],
)
def test_what_is_changed_on_the_way_is_noticed(cloud, acme, change):
    path = f"/app-instances/{acme.arn.replace(':', '%3A').replace('/', '%2F')}"
    request = sign(cloud, PORTAL, "GET", path, "chime", headers={"X-Amz-Chime-Bearer": acme["alice"]})
    assert send(cloud, request) == (200, "")
    change(request)
    assert send(cloud, request) == (403, "InvalidSignatureException")


def flip(authorization: str) -> str:
    return authorization[:-1] + ("0" if authorization[-1] != "0" else "1")


def test_the_bearer_must_be_signed(cloud, acme):
    request = sign(cloud, PORTAL, *IDENTITY)
    request.headers["X-Amz-Chime-Bearer"] = acme["alice"]
    assert send(cloud, request) == (403, "InvalidSignatureException")


def test_the_payload_may_be_declared_unsigned_but_not_wrong(cloud):
    unsigned = sign(cloud, PORTAL, *IDENTITY, headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    assert send(cloud, unsigned) == (200, "")
    wrong = sign(cloud, PORTAL, *IDENTITY, headers={"X-Amz-Content-SHA256": "0" * 64})
    assert send(cloud, wrong) == (403, "InvalidSignatureException")


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_clock_more_than_five_minutes_off_is_refused(cloud, minutes):
    with clock_off_by(minutes):
        request = sign(cloud, PORTAL, *IDENTITY)
    assert send(cloud, request) == (403, "InvalidSignatureException")


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_clock_four_minutes_off_is_not(cloud, minutes):
    with clock_off_by(minutes):
        request = sign(cloud, PORTAL, *IDENTITY)
    assert send(cloud, request) == (200, "")


def clock_off_by(minutes: int) -> time_machine.travel:
    return time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes))


def test_a_key_for_one_service_opens_no_other(cloud):
    request = sign(cloud, PORTAL, "GET", "/", "dynamodb")
    assert send(cloud, request) == (501, "NotServedHere")


def test_a_session_needs_its_own_token(cloud):
    session, other = cloud.assume("NoTags"), cloud.assume("NoTags")
    assert send(cloud, sign(cloud, session, *IDENTITY)) == (200, "")
    for token in (None, other.token, session.token[:-8] + "AAAAAAA=", "garbage", "Z2FyYmFnZQ=="):
        request = sign(cloud, session._replace(token=token), *IDENTITY)
        assert send(cloud, request) == (403, "UnrecognizedClientException"), token


def test_the_session_token_is_part_of_what_is_signed(cloud):
    session = cloud.assume("NoTags")
    request = sign(cloud, session._replace(token=None), *IDENTITY)
    request.headers["X-Amz-Security-Token"] = session.token
    assert send(cloud, request) == (403, "InvalidSignatureException")


def test_an_error_has_the_form_that_each_client_reads(cloud):
    reply = cloud.send("GET", "/app-instances")
    assert reply.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    assert json.loads(reply.body) == {"Code": "MissingAuthenticationToken", "Message": "Missing Authentication Token"}
