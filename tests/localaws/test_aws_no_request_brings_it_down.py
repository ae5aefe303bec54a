"""Requests that are damaged on the way, or were never right: each is refused as AWS refuses, and the next is served.

How many is said by FUZZ_ROUNDS; the seed that pytest-randomly prints draws the same ones again.
"""

from __future__ import annotations

import os
import random
import string
from typing import TYPE_CHECKING

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest

from tests.localaws.cloud import PORTAL, REGION
from tests.localaws.handwriting import Letter, Pen

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.localaws.cloud import Reply

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "20"))
ARN = "arn%3Aaws%3Achime%3Aus-east-1%3A111122223333%3Aapp-instance%2Fa1"
BEARER = {"x-amz-chime-bearer": "arn:aws:chime:us-east-1:111122223333:app-instance/a1/user/u1"}
LETTERS = [
    ("chime", Letter("GET", "/app-instances?max-results=5", {}, b"")),
    ("chime", Letter("POST", "/app-instance-users", {}, b'{"AppInstanceUserId":"a","Name":"A"}')),
    ("chime", Letter("POST", f"/channels/{ARN}%2Fchannel%2Fc1/messages", BEARER, b'{"Content":"x","Type":"STANDARD"}')),
    ("sts", Letter("POST", "/", {}, b"Action=GetCallerIdentity&Version=2011-06-15")),
    ("iam", Letter("POST", "/", {}, b"Action=ListRoles&Version=2010-05-08&MaxItems=3")),
    (
        "cognito-identity",
        Letter("POST", "/", {"X-Amz-Target": "AWSCognitoIdentityService.ListIdentityPools"}, b'{"MaxResults":5}'),
    ),
]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND"]
BODIES = [
    *(b"", b"\xff\xfe\x00", b"null", b"[]", b'""', b"{", b'{"Name":NaN}', b'{"Name":-Infinity}', b'{"\\ud800":1}'),
    *(b"[" * 100_000, b'{"a":' * 50_000, b'{"Name":"a","Name":["b"]}', b"1" * 5_000, b'{"Name":"\\u0000"}'),
    *(b"Action=", b"Action=GetCallerIdentity&Action=AssumeRole", b"Action=%FF", b"&&==&=", b"%", b"+" * 10_000),
    *(b"Action=ListRoles&" + b"a.b.c.d=1&" * 2_000, b" " * 1_000_001, b"\xef\xbb\xbf{}", b'{"MaxResults":1e999}'),
]
TYPES = ["", "text/html", "multipart/form-data; boundary=x", "application/json; charset=utf-16", ";", "x" * 3000]
DATES = ["", "20200101T000000Z", "20991231T235959Z", "20261332T256199Z", "yesterday", "Mon, 23 Nov 2026 00:00:00 GMT"]

Headers = dict[str, str]
dice = random


def damage(text: str) -> str:
    """One character is lost, doubled or another."""
    at = dice.randrange(len(text) or 1)
    return text[:at] + dice.choice(["", text[at : at + 1] * 2, dice.choice(string.printable[:94])]) + text[at + 1 :]


def garble(length: int) -> str:
    return "".join(dice.choices(string.printable[:94] + "äÿ\t ", k=dice.randrange(length))).strip()


def damage_header(method: str, path: str, headers: Headers, body: bytes) -> Letter:
    name = dice.choice(list(headers))
    return Letter(method, path, {**headers, name: damage(headers[name])}, body)


def lose_header(method: str, path: str, headers: Headers, body: bytes) -> Letter:
    lost = dice.choice(list(headers))
    return Letter(method, path, {name: value for name, value in headers.items() if name != lost}, body)


def replace_header(method: str, path: str, headers: Headers, body: bytes) -> Letter:
    name, value = dice.choice([(dice.choice(list(headers)), garble(200)), *(("X-Amz-Date", date) for date in DATES)])
    return Letter(method, path, {**headers, name: value}, body)


def damage_body(method: str, path: str, headers: Headers, body: bytes) -> Letter:
    return Letter(method, path, headers, dice.choice([*BODIES, dice.randbytes(300), damage(body.decode()).encode()]))


def damage_path(method: str, path: str, headers: Headers, body: bytes) -> Letter:
    parts = [
        path.replace("/", "//"),
        f"{path}/..",
        f"{path}%00",
        f"/{'a/' * 3000}",
        "/%ff%fe",
        "/?",
        "//",
        f"{path}?&=&",
    ]
    return Letter(method, dice.choice([*parts, f"/{damage(path[1:])}"]).replace(" ", ""), headers, body)


def another_method(_method: str, path: str, headers: Headers, body: bytes) -> Letter:
    return Letter(dice.choice(METHODS), path, headers, body)


def another_target(method: str, path: str, headers: Headers, body: bytes) -> Letter:
    target = dice.choice(["AWSCognitoIdentityService.", "AWSCognitoIdentityService.Nothing", ".", "a.b.c", garble(50)])
    return Letter(method, path, {**headers, "X-Amz-Target": target, "Content-Type": dice.choice(TYPES)}, body)


DAMAGES: list[Callable[[str, str, Headers, bytes], Letter]] = [
    *(damage_header, lose_header, replace_header, damage_body, damage_path, another_method, another_target)
]


@pytest.fixture(scope="module")
def pen(cloud):
    pen = Pen(cloud.url, PORTAL)
    yield pen
    pen.close()


@pytest.mark.parametrize("change", DAMAGES, ids=lambda change: change.__name__)
def test_what_is_damaged_before_it_is_signed(cloud, pen, change):
    for _ in range(ROUNDS):
        service, letter = dice.choice(LETTERS)
        damaged = change(letter.method, letter.path, {"Content-Type": "text/plain", **letter.headers}, letter.body)
        assert_refused_or_served(damaged, pen.send(damaged, service))
    assert cloud.sts().get_caller_identity()


@pytest.mark.parametrize("change", DAMAGES, ids=lambda change: change.__name__)
def test_what_is_damaged_after_it_was_signed(cloud, pen, change):
    for _ in range(ROUNDS):
        service, letter = dice.choice(LETTERS)
        damaged = change(letter.method, letter.path, pen.sign(letter, service), letter.body)
        assert_refused_or_served(damaged, pen.post(*damaged))
    assert cloud.sts().get_caller_identity()


def test_what_is_damaged_in_a_presigned_address(cloud, pen):
    for _ in range(ROUNDS * 5):
        request = AWSRequest("GET", f"{cloud.url}/?Action=GetCallerIdentity&Version=2011-06-15")
        SigV4QueryAuth(pen.credentials, "sts", REGION, expires=60).add_auth(request)
        path = f"/?{damage(str(request.url).partition('?')[2]).replace(' ', '').replace('#', '')}"
        damaged = Letter("GET", path, {}, b"")
        assert_refused_or_served(damaged, pen.post(*damaged))
    assert cloud.sts().get_caller_identity()


def assert_refused_or_served(letter: Letter, reply: Reply) -> None:
    """What was changed may be what nobody signs. HEAD has no body to tell an error by."""
    told = f"{letter.method} {letter.path[:300]} {letter.headers} {letter.body[:300]!r}: {reply}"
    assert reply.status < 500 or reply.status == 501, told
    if reply.status >= 300 and letter.method != "HEAD":
        assert reply.code or b"__type" in reply.body, told
