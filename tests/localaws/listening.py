"""The socket of an app instance user, opened as AWS's guide has it: by a signed URL."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import time_machine
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.localaws.cloud import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.sync.connection import Connection

    from tests.localaws.cloud import Cloud, House, Key

SECONDS_A_URL_IS_GOOD = 10
SECONDS_TO_HEAR = 5


class Heard(NamedTuple):
    type: str
    message_type: str
    payload: Any
    headers: dict[str, str]


class Ear:
    def __init__(self, socket: Connection) -> None:
        self.socket = socket

    def hear(self) -> Heard:
        """What is told next."""
        frame = json.loads(self.socket.recv(SECONDS_TO_HEAR))
        assert frame.keys() == {"Headers", "Payload"}
        headers = frame["Headers"]
        payload = None if frame["Payload"] is None else json.loads(frame["Payload"])
        return Heard(headers["x-amz-chime-event-type"], headers["x-amz-chime-message-type"], payload, headers)

    def hear_until(self, content: str) -> list[Heard]:
        """Everything up to the message that says this, which is the last."""
        heard = [self.hear()]
        while heard[-1].payload.get("Content") != content:
            heard.append(self.hear())
        return heard

    def hear_the_end(self) -> int:
        """The code that the socket is closed with; whatever is told before is a failure."""
        with pytest.raises(ConnectionClosed) as caught:
            self.socket.recv(SECONDS_TO_HEAR)
        return caught.value.rcvd.code if caught.value.rcvd else 1006

    @property
    def reason(self) -> str:
        return self.socket.close_reason or ""


def sign_connect(cloud: Cloud, key: Key, user_arn: str, *, ago: float = 0, host: str = "", **wishes: str) -> str:
    """The URL that the user's client makes; `ago` in seconds."""
    parameters = {"userArn": user_arn, "sessionId": "session-1", **wishes}
    request = AWSRequest("GET", f"http://{host or urlsplit(cloud.url).netloc}/connect", params=parameters)
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=ago)):
        credentials = Credentials(key.access_key_id, key.secret, key.token)
        SigV4QueryAuth(credentials, "chime", REGION, expires=SECONDS_A_URL_IS_GOOD).add_auth(request)
    return urlsplit(str(request.url))._replace(scheme="ws", netloc=urlsplit(cloud.url).netloc).geturl()


@contextmanager
def listen(url: str, **wishes: Any) -> Iterator[Ear]:
    with connect(url, open_timeout=SECONDS_TO_HEAR, close_timeout=1, proxy=None, **wishes) as socket:
        yield Ear(socket)


@contextmanager
def listening(cloud: Cloud, user_arn: str, key: Key | None = None, **wishes: str) -> Iterator[Ear]:
    """Connected, and told so."""
    with listen(sign_connect(cloud, key or cloud.become(user_arn), user_arn, **wishes)) as ear:
        assert ear.hear().type == "SESSION_ESTABLISHED"
        yield ear


def code_of(url: str) -> int:
    """What a socket is closed with that is not to be."""
    with listen(url) as ear:
        return ear.hear_the_end()


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + SECONDS_TO_HEAR
    while not condition():
        assert time.monotonic() < deadline, "It did not come to pass."
        time.sleep(0.02)


def open_channel(cloud: Cloud, house: House, *people: str, name: str = "room", **wishes: Any) -> str:
    """A private channel of these people; the first of them made it."""
    founder, *others = [house[person] for person in people]
    made = cloud.messaging().create_channel(
        **{"AppInstanceArn": house.arn, "Name": name, "Privacy": "PRIVATE", "ChimeBearer": founder, **wishes}
    )
    for other in others:
        cloud.messaging().create_channel_membership(
            ChannelArn=made["ChannelArn"], MemberArn=other, Type="DEFAULT", ChimeBearer=founder
        )
    return str(made["ChannelArn"])


def say(cloud: Cloud, channel: str, bearer: str, content: str, **wishes: Any) -> str:
    """The id of the message."""
    how = {"Type": "STANDARD", "Persistence": "PERSISTENT", **wishes}
    sent = cloud.messaging().send_channel_message(ChannelArn=channel, Content=content, ChimeBearer=bearer, **how)
    return str(sent["MessageId"])
