from __future__ import annotations

import time
from contextlib import ExitStack
from urllib.parse import quote

import pytest

from tests.localaws.cloud import Cloud, build_house
from tests.localaws.listening import code_of, listening, open_channel, say, sign_connect, wait_for

GOING_AWAY, CUT, FORBIDDEN, THROTTLED = 1001, 1006, 4003, 4429


def test_who_is_deleted_is_shown_out(cloud, acme):
    with listening(cloud, acme["alice"]) as alice, listening(cloud, acme["bob"]) as bob:
        cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["alice"])
        assert alice.hear_the_end() == FORBIDDEN
        cloud.control("DELETE", f"connections?userArn={quote(acme['bob'])}&code=4000")
        assert bob.hear_the_end() == 4000


def test_all_are_shown_out_with_their_app_instance(cloud, acme):
    with listening(cloud, acme["alice"]) as alice, listening(cloud, acme["bob"]) as bob:
        cloud.identity().delete_app_instance(AppInstanceArn=acme.arn)
        assert (alice.hear_the_end(), bob.hear_the_end()) == (FORBIDDEN, FORBIDDEN)


def test_a_user_connects_once_a_second(cloud, acme):
    session = cloud.become(acme["alice"])
    with listening(cloud, acme["alice"], session):
        assert code_of(sign_connect(cloud, session, acme["alice"], sessionId="another")) == THROTTLED
        with listening(cloud, acme["bob"]):
            pass
        time.sleep(1)
        with listening(cloud, acme["alice"], session, sessionId="another"):
            pass


@pytest.fixture
def without_haste(cloud):
    cloud.control("PUT", "behaviour", {"SecondsBetweenConnects": 0})
    yield
    cloud.control("DELETE", "behaviour")


@pytest.mark.usefixtures("without_haste")
def test_a_user_has_ten_connections(cloud, acme):
    session = cloud.become(acme["alice"])
    with ExitStack() as stack:
        ears = [stack.enter_context(listening(cloud, acme["alice"], session)) for _ in range(10)]
        assert code_of(sign_connect(cloud, session, acme["alice"])) == THROTTLED
        ears[0].socket.close()
        wait_for(lambda: len(connections(cloud, acme["alice"])) == 9)
        stack.enter_context(listening(cloud, acme["alice"], session))


@pytest.mark.usefixtures("without_haste")
def test_every_socket_of_a_user_hears_the_same(cloud, acme):
    channel = open_channel(cloud, acme, "alice")
    with listening(cloud, acme["alice"]) as one, listening(cloud, acme["alice"], sessionId="other") as other:
        say(cloud, channel, acme["alice"], "hello")
        first = one.hear()
        assert (first.type, first.payload["Content"]) == ("CREATE_CHANNEL_MESSAGE", "hello")
        assert other.hear() == first


def connections(cloud, user_arn):
    return cloud.control("GET", f"connections?userArn={quote(user_arn)}")["connections"]


@pytest.mark.parametrize("code", [1001, 1011, 4401, CUT])
def test_a_test_can_end_it_with_any_code(cloud, acme, code):
    with listening(cloud, acme["alice"], sessionId="mine") as alice:
        (told,) = connections(cloud, acme["alice"])
        assert (told["userArn"], told["sessionId"], told["waitingFrames"]) == (acme["alice"], "mine", 0)
        cloud.control("DELETE", f"connections?userArn={quote(acme['alice'])}&code={code}")
        assert alice.hear_the_end() == code
    wait_for(lambda: connections(cloud, acme["alice"]) == [])


@pytest.mark.parametrize("code", ["1005", "1015", "999", "5000", "soon", "-1"])
def test_it_can_t_with_a_code_that_does_not_go_over_the_wire(cloud, code):
    assert cloud.send("DELETE", f"/_localaws/connections?code={code}").status == 400


def test_what_a_client_says_is_taken_no_notice_of(cloud, acme):
    with listening(cloud, acme["alice"]) as alice:
        alice.socket.send('{"Headers": {}, "Payload": null}')
        alice.socket.send(b"\x00\xff")
        assert alice.socket.ping().wait(5)


def test_when_localaws_stops_it_goes_away(setup_file):
    own = Cloud("--setup", str(setup_file))
    house = build_house(own, "initech", ["alice"])
    with listening(own, house["alice"]) as alice:
        assert own.send("GET", "/_localaws/connections").status == 404
        own.stop()
        assert alice.hear_the_end() == GOING_AWAY
