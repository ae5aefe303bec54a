from __future__ import annotations

import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import jwt
import pytest

from tests.localaws.cloud import role_arn
from tests.localaws.issuer import Issuer, draw_key, write_key
from tests.localaws.web_identity.trust import become, wish


def test_keys_are_kept_and_new_ones_are_found(nobody, issuer, role, code):
    become(nobody, role, issuer.sign())
    become(nobody, role, issuer.sign())
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]
    old = issuer.sign()
    issuer.use(k2="ES256")
    time.sleep(1.1)
    assert become(nobody, role, issuer.sign("k2"))
    assert code(nobody.assume_role_with_web_identity, **wish(role, old)) == "InvalidIdentityToken"


def test_an_issuer_must_keep_its_house_in_order(nobody, issuer, role, code):
    assume, token = nobody.assume_role_with_web_identity, issuer.sign()
    published = dict(issuer.documents)
    key = published["/keys"]["keys"][0]
    for documents in (
        {},
        {**published, "/keys": {"keys": []}},
        {**published, "/keys": ["k1"]},
        {**published, "/keys": {"keys": [{**key, "kid": f"k{number}"} for number in range(101)]}},
        {**published, "/keys": {"keys": [{**key, "n": "x" * 600_000}]}},
        {**published, "/.well-known/openid-configuration": {"issuer": issuer.url, "jwks_uri": "http://192.0.2.1/"}},
        {**published, "/.well-known/openid-configuration": {"issuer": "x", "jwks_uri": f"{issuer.url}/keys"}},
    ):
        issuer.documents = documents
        assert code(assume, **wish(role, token)) == "InvalidIdentityToken"
    issuer.documents = {**published, "/keys": {"keys": [write_key(draw_key("ES256"), "k1"), key]}}
    assert assume(**wish(role, token))


@pytest.mark.parametrize("spoil", [{"kid": None}, {"use": "enc"}, {"key_ops": ["verify"]}], ids=str)
@pytest.mark.parametrize("headers", [{"kid": "k1"}, {}], ids=["named", "unnamed"])
def test_a_key_that_aws_would_not_take_is_not_taken(nobody, issuer, role, code, spoil, headers):
    (key,) = issuer.documents["/keys"]["keys"]
    token = jwt.encode(issuer.claim(), issuer.keys["k1"][1], "RS256", headers=headers)
    spoilt = {name: value for name, value in {**key, **spoil}.items() if value is not None}
    issuer.publish([spoilt])
    assert code(nobody.assume_role_with_web_identity, **wish(role, token)) == "InvalidIdentityToken"


def test_a_token_may_leave_out_the_only_key(nobody, issuer, role, code):
    token = jwt.encode(issuer.claim(), issuer.keys["k1"][1], "RS256")
    assert become(nobody, role, token)
    (key,) = issuer.documents["/keys"]["keys"]
    issuer.publish([key, write_key(draw_key("ES256"), "k2")])
    other = jwt.encode(issuer.claim(), issuer.keys["k1"][1], "RS256", headers={"kid": "k3"})
    time.sleep(1.1)
    assert code(nobody.assume_role_with_web_identity, **wish(role, other)) == "InvalidIdentityToken"
    assert code(nobody.assume_role_with_web_identity, **wish(role, token)) == "InvalidIdentityToken"


def test_a_slow_issuer_is_asked_once_for_all_who_wait(cloud, nobody, code):
    """Were they to take turns, the last of a hundred would wait for minutes."""
    with socket.create_server(("127.0.0.1", 0)) as slow, ThreadPoolExecutor(6) as people:
        url = f"http://127.0.0.1:{slow.getsockname()[1]}"
        cloud.iam().create_open_id_connect_provider(Url=url, ClientIDList=["portal"])
        token = jwt.encode({"iss": url}, draw_key("RS256"), "RS256", headers={"kid": "k1"})
        asked = people.submit(hang_up_late, slow)
        ask = partial(code, nobody.assume_role_with_web_identity, **wish(role_arn("Anything"), token))
        assert {each.result() for each in [people.submit(ask) for _ in range(5)]} == {"IDPCommunicationError"}
        assert asked.result() == 1


def hang_up_late(server: socket.socket) -> int:
    """How many came within two seconds; none gets an answer."""
    came = []
    server.settimeout(2)
    with contextlib.suppress(TimeoutError):
        while True:
            came.append(server.accept()[0])
            time.sleep(1)
            came[-1].close()
    return len(came)


def test_an_issuer_that_is_gone_may_be_asked_again(cloud, nobody, code):
    gone = Issuer()
    gone.use(k1="RS256")
    token = gone.sign()
    gone.stop()
    cloud.iam().create_open_id_connect_provider(Url=gone.url, ClientIDList=["portal"])
    refusal = code(nobody.assume_role_with_web_identity, **wish(role_arn("Anything"), token))
    assert refusal == "IDPCommunicationError"
