from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from tests.localaws.cloud import PORTAL, READER, STRANGER, Key
from tests.localaws.listening import code_of, listen, listening, sign_connect

UNAUTHORISED, FORBIDDEN, BAD_REQUEST = 4401, 4003, 4400


def test_the_first_that_a_user_hears_is_that_the_session_is_established(cloud, acme):
    with listen(sign_connect(cloud, cloud.become(acme["alice"]), acme["alice"])) as ear:
        heard = ear.hear()
    assert (heard.type, heard.message_type, heard.payload) == ("SESSION_ESTABLISHED", "SYSTEM", None)


def test_a_backend_connects_for_its_user(cloud, acme):
    with listening(cloud, acme["alice"], PORTAL):
        pass


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.replace("alice", "bob"),
        lambda url: url.replace("session-1", "session-2"),
        lambda url: url + "&prefetch-on=connect",
        lambda url: url.replace("X-Amz-Expires=10", "X-Amz-Expires=1000"),
        lambda url: url.partition("&X-Amz-Signature")[0],
    ],
    ids=["signature", "user", "session", "prefetch", "lifetime", "unsigned"],
)
def test_what_is_changed_on_the_way_is_noticed(cloud, acme, change):
    url = sign_connect(cloud, cloud.become(acme["alice"]), acme["alice"])
    assert code_of(change(url)) == UNAUTHORISED


def test_a_wrong_secret_opens_nothing(cloud, acme):
    wrong = Key(PORTAL.access_key_id, PORTAL.secret[:-1] + "2")
    with listen(sign_connect(cloud, wrong, acme["alice"])) as ear:
        assert ear.hear_the_end() == UNAUTHORISED
        assert "signature we calculated does not match" in ear.reason


def test_the_session_token_is_part_of_what_is_signed(cloud, acme):
    session = cloud.become(acme["alice"])
    token = f"X-Amz-Security-Token={session.token.replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')}"
    signed = sign_connect(cloud, session, acme["alice"])
    assert token in signed
    without = sign_connect(cloud, session._replace(token=None), acme["alice"])
    assert code_of(without) == UNAUTHORISED
    assert code_of(f"{without}&{token}") == UNAUTHORISED


def test_a_url_is_good_for_ten_seconds_and_comes_from_no_future(cloud, acme):
    session = cloud.become(acme["alice"])
    assert code_of(sign_connect(cloud, session, acme["alice"], ago=12)) == UNAUTHORISED
    assert code_of(sign_connect(cloud, session, acme["alice"], ago=-301)) == UNAUTHORISED
    with listening(cloud, acme["alice"], session, ago=8):
        pass


def test_a_url_is_good_for_one_host(cloud, acme):
    session = cloud.become(acme["alice"])
    assert code_of(sign_connect(cloud, session, acme["alice"], host="elsewhere.test")) == UNAUTHORISED


def test_nobody_connects_as_somebody_else(cloud, acme, globex):
    session = cloud.become(acme["alice"])
    with listen(sign_connect(cloud, session, acme["bob"])) as ear:
        assert ear.hear_the_end() == FORBIDDEN
        assert "is not authorized to perform: chime:Connect" in ear.reason
    assert code_of(sign_connect(cloud, session, globex["carol"])) == FORBIDDEN


def test_it_takes_the_permission_to_connect(cloud, acme):
    assert code_of(sign_connect(cloud, READER, acme["alice"])) == FORBIDDEN


def test_another_account_stays_outside(cloud, acme):
    assert code_of(sign_connect(cloud, STRANGER, acme["alice"])) == FORBIDDEN


def test_nobody_connects_who_does_not_exist(cloud, acme):
    assert code_of(sign_connect(cloud, PORTAL, f"{acme.arn}/user/nobody")) == UNAUTHORISED
    cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["bob"])
    assert code_of(sign_connect(cloud, PORTAL, acme["bob"])) == UNAUTHORISED


@pytest.mark.parametrize(
    "wishes",
    [
        {"sessionId": ""},
        {"prefetch-on": "sometimes"},
        {"prefetch-on": "connect", "prefetch-sort-by": "name"},
        {"userArn": "alice"},
        {"userArn": "arn:aws:chime:us-east-1:111122223333:app-instance/x"},
    ],
    ids=str,
)
def test_the_url_must_say_what_is_wanted(cloud, acme, wishes):
    assert code_of(sign_connect(cloud, PORTAL, acme["alice"], **wishes)) == BAD_REQUEST


@pytest.mark.parametrize(
    "query",
    [
        "",
        "userArn=%FF&sessionId=%FF",
        "X-Amz-Signature",
        "X-Amz-Signature=&X-Amz-Credential=////",
        "X-Amz-Signature=%C3%28&X-Amz-Credential=%FF/%FF/us-east-1/chime/aws4_request",
        "&".join(f"{number}={number}" for number in range(500)),
    ],
    ids=["nothing", "no UTF-8", "no value", "empty", "half a credential", "a lot"],
)
def test_garbage_is_no_signature(cloud, query):
    assert code_of(f"{cloud.url.replace('http', 'ws')}/connect?{query}") == UNAUTHORISED


def test_a_url_can_be_too_long(cloud):
    with pytest.raises(InvalidStatus) as caught, listen(f"{cloud.url.replace('http', 'ws')}/connect?{'x' * 8192}"):
        pass
    assert caught.value.response.status_code == 400


def test_there_is_no_other_socket(cloud, acme):
    url = sign_connect(cloud, PORTAL, acme["alice"]).replace("/connect", "/channels")
    with pytest.raises(InvalidStatus) as caught, listen(url):
        pass
    assert caught.value.response.status_code == 403


def test_without_a_socket_it_is_no_operation(cloud, acme):
    path = sign_connect(cloud, PORTAL, acme["alice"]).partition("/connect")[2]
    assert cloud.send("GET", f"/connect{path}").code == "UnknownOperationException"


def test_the_call_log_knows_who_connected_and_why_somebody_did_not(cloud, acme):
    cloud.control("DELETE", "calls")
    session = cloud.become(acme["alice"])
    with listening(cloud, acme["alice"], session):
        pass
    code_of(sign_connect(cloud, session, acme["bob"]))
    allowed, denied = [call for call in cloud.control("GET", "calls")["calls"] if call["operation"] == "Connect"]
    assert allowed["service"] == "chime-sdk-messaging"
    assert (allowed["verdict"], allowed["status"], allowed["code"]) == ("allowed", 101, None)
    assert allowed["session_tags"]["UserUUID"] == "alice"
    assert (denied["verdict"], denied["status"], denied["code"]) == ("denied", FORBIDDEN, "AccessDeniedException")
    assert denied["resources"] == [acme["bob"]]


@pytest.mark.usefixtures("peace_afterwards")
def test_a_connect_can_be_made_to_fail(cloud, acme):
    cloud.control("PUT", "faults", {"operation": "Connect", "status": 503, "count": 1})
    session = cloud.become(acme["alice"])
    assert code_of(sign_connect(cloud, session, acme["alice"])) == 1013
    cloud.control("PUT", "faults", {"operation": "Connect", "drop": True, "count": 1})
    assert code_of(sign_connect(cloud, session, acme["alice"])) == 1006
    with listening(cloud, acme["bob"]):
        pass
