"""Amazon's own DefaultMessagingSession, unchanged, in Node and in Chromium, over TLS as it insists on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.localaws.cloud import build_house, tags
from tests.localaws.listening import open_channel, say
from tests.localaws.runtimes import InChromium, InNode, plain, wish_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.localaws.runtimes import Runtime

# Many times as long as the session in these tests waits at first before it connects again.
LONG_ENOUGH_TO_COME_BACK = 0.5


@pytest.fixture(scope="module")
def chromium(tmp_path_factory) -> Iterator[InChromium]:
    running = InChromium(tmp_path_factory.mktemp("page"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def node(secure_cloud, certificate) -> Iterator[InNode]:
    assert secure_cloud.tls_url
    running = InNode(certificate)
    yield running
    running.stop()


@pytest.fixture(params=["node", "chromium"])
def runtime(request) -> Iterator[Runtime]:
    running: Runtime = request.getfixturevalue(request.param)
    yield running
    running.wish(stop=True)


@pytest.fixture
def house(secure_cloud):
    return build_house(secure_cloud, "initech", ["alice", "bob"])


def sign_in(cloud, house, name: str, session: str):
    wanted = tags(UserUUID=name, AppInstanceId=house.id)
    return cloud.assume(name=session, Tags=wanted)


def start(runtime, cloud, house, **wishes):
    alice = sign_in(cloud, house, "alice", "chime_first")
    runtime.wish(open=wish_for(cloud.tls_url, house["alice"], alice, **wishes))
    assert runtime.next_report() == {"what": "connecting", "reconnecting": False}
    assert runtime.next_report() == {"what": "started"}
    assert runtime.next_report()["type"] == "SESSION_ESTABLISHED"


def close(cloud, user_arn: str, code: int) -> None:
    cloud.control("DELETE", f"connections?userArn={quote(user_arn)}&code={code}")


def connects(cloud) -> list[str]:
    """The name of the role session by which each socket was opened."""
    calls = cloud.control("GET", "calls")["calls"]
    return [call["principal"].rpartition("/")[2] for call in calls if call["operation"] == "Connect"]


def test_it_hears_what_is_said(runtime, secure_cloud, house):
    channel = open_channel(secure_cloud, house, "bob", "alice")
    start(runtime, secure_cloud, house)
    message = say(secure_cloud, channel, house["bob"], "Grüße 👋")
    heard = runtime.next_report()
    assert (heard["what"], heard["type"]) == ("heard", "CREATE_CHANNEL_MESSAGE")
    assert heard["headers"]["x-amz-chime-message-type"] == "STANDARD"
    assert (heard["payload"]["MessageId"], heard["payload"]["Content"]) == (message, "Grüße 👋")
    assert heard["payload"]["Sender"] == {"Arn": house["bob"], "Name": "Bob"}


def test_it_is_told_of_its_channels(runtime, secure_cloud, house):
    channels = [open_channel(secure_cloud, house, "bob", "alice", name=name) for name in ("first", "second")]
    for channel in reversed(channels):
        say(secure_cloud, channel, house["bob"], "hello")
    start(runtime, secure_cloud, house, prefetch=True)
    details = [runtime.next_report() for _ in channels]
    assert [each["type"] for each in details] == ["CHANNEL_DETAILS", "CHANNEL_DETAILS"]
    assert [each["payload"]["Channel"]["Name"] for each in details] == ["first", "second"]


def test_it_comes_back_with_new_credentials(runtime, secure_cloud, house):
    channel = open_channel(secure_cloud, house, "bob", "alice")
    start(runtime, secure_cloud, house)
    for code in (1001, 1011, 1006, 4429):
        secure_cloud.control("DELETE", "calls")
        runtime.wish(renew=plain(sign_in(secure_cloud, house, "alice", f"chime_{code}")))
        close(secure_cloud, house["alice"], code)
        assert runtime.next_report() == {"what": "connecting", "reconnecting": True}
        assert runtime.next_report() == {"what": "started"}
        assert runtime.next_report()["type"] == "SESSION_ESTABLISHED"
        assert connects(secure_cloud) == [f"chime_{code}"]
        asked = [call["operation"] for call in secure_cloud.control("GET", "calls")["calls"]]
        assert "GetMessagingSessionEndpoint" in asked
        say(secure_cloud, channel, house["bob"], f"after {code}")
        assert runtime.next_report()["payload"]["Content"] == f"after {code}"


@pytest.mark.parametrize("code", [4401, 4003])
def test_it_stops_when_it_is_not_wanted(runtime, secure_cloud, house, code):
    start(runtime, secure_cloud, house)
    secure_cloud.control("DELETE", "calls")
    close(secure_cloud, house["alice"], code)
    assert runtime.next_report() == {"what": "stopped", "code": code}
    time.sleep(LONG_ENOUGH_TO_COME_BACK)
    assert connects(secure_cloud) == []


def test_it_stops_when_the_user_is_deleted(runtime, secure_cloud, house):
    start(runtime, secure_cloud, house)
    secure_cloud.identity().delete_app_instance_user(AppInstanceUserArn=house["alice"])
    assert runtime.next_report() == {"what": "stopped", "code": 4003}


def test_it_is_refused_for_somebody_else(runtime, secure_cloud, house):
    bob = sign_in(secure_cloud, house, "bob", "chime_bob")
    runtime.wish(open=wish_for(secure_cloud.tls_url, house["alice"], bob))
    assert runtime.next_report() == {"what": "connecting", "reconnecting": False}
    assert runtime.next_report() == {"what": "refused", "code": 4003}
