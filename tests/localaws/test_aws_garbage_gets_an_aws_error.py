"""Whatever comes in, the answer is an error as AWS writes it, and never a 500."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.localaws.cloud import PORTAL, REGION, role_arn

INSTANCE = "arn%3Aaws%3Achime%3Aus-east-1%3A111122223333%3Aapp-instance%2Fa1"
USERS, CHANNELS = "/app-instance-users", "/channels"
MESSAGES = f"/channels/{INSTANCE}%2Fchannel%2Fc1/messages"
KNOWN = f"AWS4-HMAC-SHA256 Credential={PORTAL.access_key_id}"
ASSUME = f"Action=AssumeRole&Version=2011-06-15&RoleArn={role_arn('ChimeMember')}&RoleSessionName=x1"


def deep(levels: int) -> bytes:
    return b'{"Name":' * levels + b"1" + b"}" * levels


CHIME = {
    "no body": ("POST", USERS, b""),
    "no json": ("POST", USERS, b"{"),
    "an array": ("POST", USERS, b"[]"),
    "a number": ("POST", USERS, b"1e999"),
    "not a number": ("POST", USERS, b"NaN"),
    "null": ("POST", USERS, b"null"),
    "invalid utf-8": ("POST", USERS, b'{"Name":"\xff\xfe"}'),
    "half a character": ("POST", USERS, b'{"AppInstanceArn":"\\ud800","AppInstanceUserId":"a","Name":"\\udfff"}'),
    "half a character as a key": ("POST", MESSAGES, b'{"Content":"x","MessageAttributes":{"\\ud800":{}}}'),
    "nul": ("POST", USERS, b'{"Name":"\\u0000"}'),
    "deeply nested": ("POST", USERS, deep(50_000)),
    "a very long number": ("POST", USERS, b'{"Name":' + b"9" * 10_000 + b"}"),
    "name is a number": ("POST", USERS, b'{"Name":1}'),
    "name is a list": ("POST", USERS, b'{"Name":["Alice"]}'),
    "tags are text": ("POST", USERS, b'{"Tags":"blue"}'),
    "tags of nulls": ("POST", USERS, b'{"Tags":[null]}'),
    "days are text": ("POST", USERS, b'{"ExpirationSettings":{"ExpirationDays":"7"}}'),
    "days are a boolean": ("POST", USERS, b'{"ExpirationSettings":{"ExpirationDays":true}}'),
    "days are no whole": ("POST", USERS, b'{"ExpirationSettings":{"ExpirationDays":1.5}}'),
    "a name of a megabyte": ("POST", USERS, json.dumps({"Name": " " * 900_000}).encode()),
    "two megabytes": ("POST", USERS, b" " * 2_000_000),
    "no arn": ("GET", f"{USERS}/alice", b""),
    "an arn of another service": ("GET", f"{USERS}/arn%3Aaws%3As3%3A%3A111122223333%3Abucket", b""),
    "an arn of another kind": ("GET", f"{USERS}/{INSTANCE}", b""),
    "an arn with slashes": ("GET", f"{USERS}/arn:aws:chime:us-east-1:111122223333:app-instance/a1/user/u", b""),
    "no utf-8 in the path": ("GET", f"{USERS}/%FF%FE", b""),
    "nul in the path": ("GET", f"{USERS}/%00", b""),
    "no utf-8 in the query": ("GET", f"{USERS}?app-instance-arn=%FF", b""),
    "page size is text": ("GET", "/app-instances?max-results=many", b""),
    "page size is nought": ("GET", "/app-instances?max-results=0", b""),
    "page size is huge": ("GET", f"/app-instances?max-results={'9' * 5000}", b""),
    "page size is given twice": ("GET", "/app-instances?max-results=1&max-results=2", b""),
    "a foreign token": ("GET", "/app-instances?next-token=%F0%9F%99%82", b""),
    "no time": ("GET", f"{MESSAGES}?not-before=yesterday", b""),
    "a time out of time": ("GET", f"{MESSAGES}?not-before=0001-01-01T00%3A00%3A00%2B23%3A59", b""),
    "no bearer": ("GET", f"{CHANNELS}?app-instance-arn={INSTANCE}", b""),
    "unknown path": ("GET", "/nothing/here", b""),
    "unknown method": ("PATCH", "/app-instances", b""),
    "unknown scope": ("GET", "/channels?scope=everything", b""),
    "dots": ("GET", "/app-instances/..%2F..%2Fetc", b""),
    "empty label": ("GET", "/app-instances//admins", b""),
    "newline in the path": ("GET", "/app-instances%0A", b""),
}

STS = {
    "no action": b"",
    "unknown action": b"Action=AssumeWorld&Version=2011-06-15",
    "two actions": b"Action=AssumeRole&Action=GetCallerIdentity",
    "an action that is not built": b"Action=GetSessionToken&Version=2011-06-15",
    "nothing required": b"Action=AssumeRole",
    "no utf-8": b"Action=AssumeRole&RoleArn=%FF%FE",
    "raw bytes": b"Action=AssumeRole&RoleArn=\xff",
    "json": b'{"Action":"AssumeRole"}',
    "tags without members": f"{ASSUME}&Tags=blue".encode(),
    "tags numbered oddly": f"{ASSUME}&Tags.member.x.Key=a".encode(),
    "tags far apart": f"{ASSUME}&Tags.member.99999999.Key=a".encode(),
    "a tag without value": f"{ASSUME}&Tags.member.1.Key=a".encode(),
    "value and structure": f"{ASSUME}&Tags.member.1=a&Tags.member.1.Key=b".encode(),
    "a name a megabyte deep": f"{ASSUME}&{'a.' * 400_000}=1".encode(),
    "a member twice": f"{ASSUME}&RoleSessionName=y1".encode(),
    "no number": f"{ASSUME}&DurationSeconds=long".encode(),
    "no xml": f"{ASSUME}&ExternalId=%00%01%EF%BF%BE%3C".encode(),
    "two megabytes": b"Action=AssumeRole&x=" + b"y" * 2_000_000,
}


def send(cloud, method: str, path: str, body: bytes, service: str):
    request = AWSRequest(method, f"{cloud.url}{path}", data=body)
    SigV4Auth(Credentials(PORTAL.access_key_id, PORTAL.secret), service, REGION).add_auth(request)
    return cloud.send(method, path, request.headers, body)


@pytest.mark.parametrize("name", CHIME)
def test_chime_answers_garbage_with_an_error_in_json(cloud, name):
    method, path, body = CHIME[name]
    reply = send(cloud, method, path, body, "chime")
    assert 400 <= reply.status < 500, reply
    assert reply.code.endswith("Exception")
    assert json.loads(reply.body).keys() == {"Code", "Message"}


@pytest.mark.parametrize("name", STS)
def test_sts_answers_garbage_with_an_error_in_xml(cloud, name):
    reply = send(cloud, "POST", "/", STS[name], "sts")
    assert 400 <= reply.status < 500 or reply.code == "NotServedHere", reply
    error = ET.fromstring(reply.body)[0]  # noqa: S314 - it is our own server
    assert [element.tag.partition("}")[2] for element in error] == ["Type", "Code", "Message"]


@pytest.mark.parametrize(
    "authorization",
    [
        "garbage",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b/c/chime/aws4_request",
        "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=a/b/c/chime/aws4_request, SignedHeaders=host;HOST;;\xff, Signature=\xff",
        f"{KNOWN}/2/us-east-1/chime/aws4_request, SignedHeaders=h, Signature=\xff",
        f"{KNOWN}/2/moon/chime/aws4_request, SignedHeaders=h, Signature=0",
        "AWS4-HMAC-SHA256 Credential=////, SignedHeaders=, Signature=",
        "Bearer eyJhbGciOiJub25lIn0",
    ],
)
@pytest.mark.parametrize("date", ["", "20261123T120000Z", "yesterday", "99999999T999999Z"])
def test_a_broken_signature_is_an_error_like_any_other(cloud, authorization, date):
    headers = {"Authorization": authorization, "X-Amz-Date": date}
    reply = cloud.send("GET", "/app-instances", headers)
    assert reply.status == 403, reply
    assert reply.code in (
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "UnrecognizedClientException",
    )


@pytest.mark.parametrize(
    "head", [b"\x16\x03\x01\x02", b"GET / HTTP/9.9\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_what_is_no_http_does_no_harm(cloud, head):
    address = urlsplit(cloud.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(head)
        connection.shutdown(socket.SHUT_WR)
        assert b" 500 " not in connection.recv(4096)
    assert cloud.sts().get_caller_identity()
