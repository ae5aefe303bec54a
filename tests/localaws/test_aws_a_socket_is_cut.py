"""What takes time or the inside of localaws to be seen: it runs in a thread of this process here."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest
import time_machine
import uvicorn

from localaws.__main__ import listen as open_port
from localaws.app import build
from localaws.call import World
from localaws.iam.sessions import Seal
from localaws.live.connection import MOST_WAITING
from localaws.live.hub import Event
from localaws.server import Server
from localaws.state.behaviour import Behaviour
from localaws.state.setup import read_setup
from localaws.state.store import Store
from tests.localaws.cloud import PORTAL, REGION, Key, role_arn, setup
from tests.localaws.listening import listening, sign_connect, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = f"arn:aws:chime:{REGION}:111122223333:app-instance/5f0d1f0e-2f6b-4a52-9d6c-acacacacacac"
OPERATOR, COLLEAGUE = f"{HOUSE}/user/operator", f"{HOUSE}/user/colleague"
SHORTEST_SESSION = 900


class Inside:
    """As much of a Cloud as a socket needs."""

    def __init__(self) -> None:
        self.store, self.behaviour = Store(), Behaviour()
        iam = read_setup(json.dumps(setup()), self.store, now=0.0, behaviour=self.behaviour)
        self.world = World(self.store, iam, Seal(bytes.fromhex(self.store.seal_key)), behaviour=self.behaviour)
        listener = open_port("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(build(self.world, None, control=False), ws="websockets-sansio", log_level="warning")
        self.server = Server(config, self.world.live)
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_until_complete, args=(self.server.serve([listener]),))
        self.thread.start()

    def client(self, service: str, key: Key = PORTAL):
        credentials = {"aws_access_key_id": key.access_key_id, "aws_secret_access_key": key.secret}
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, **credentials)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()
        self.loop.close()


@pytest.fixture
def inside() -> Iterator[Inside]:
    running = Inside()
    yield running
    running.stop()


@contextmanager
def ago(seconds: float) -> Iterator[None]:
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=seconds)):
        yield


def assume(inside: Inside, left: float) -> Key:
    """A session that has so many seconds left."""
    client = inside.client("sts")
    try:
        with ago(SHORTEST_SESSION - left):
            made = client.assume_role(
                RoleArn=role_arn("NoTags"), RoleSessionName="chime_operator", DurationSeconds=SHORTEST_SESSION
            )["Credentials"]
    finally:
        client.close()
    return Key(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


@pytest.mark.parametrize("code", [None, 4401])
def test_the_socket_ends_with_its_credentials(inside, code):
    if code:
        inside.behaviour.expired_connection_code = code
    with listening(inside, OPERATOR, assume(inside, left=1)) as ear:
        connected = time.monotonic()
        assert ear.hear_the_end() == (code or 1001)
        assert ear.reason == "The security token included in the request is expired"
        assert time.monotonic() - connected < 2


@contextmanager
def opened_and_never_read(inside: Inside, user_arn: str) -> Iterator[socket.socket]:
    parts = urlsplit(sign_connect(inside, PORTAL, user_arn))
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    with socket.socket() as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.connect((parts.hostname, parts.port))
        head = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n{upgrade}\r\n{key}\r\n\r\n"
        made.sendall(head.encode())
        wait_for(lambda: inside.world.live.of(user_arn))
        yield made


def test_a_socket_that_fails_does_not_fall_silent(inside, caplog):
    made = inside.client("chime-sdk-messaging")
    made.create_channel(AppInstanceArn=HOUSE, ClientRequestToken="token", Name="room", ChimeBearer=OPERATOR)
    made.close()
    (channel,) = inside.store.member_of[OPERATOR]
    channel.name = {"no", "name"}
    with listening(inside, OPERATOR, PORTAL, **{"prefetch-on": "connect"}) as ear:
        assert ear.hear_the_end() == 1006
    assert "A socket could not be written to." in caplog.text


def test_who_does_not_read_is_cut_and_nobody_else_waits(inside):
    client = inside.client("chime-sdk-identity")
    client.create_app_instance_user(AppInstanceArn=HOUSE, AppInstanceUserId="colleague", Name="Colleague")
    client.close()
    news = Event("UPDATE_CHANNEL", "Channel", {"Name": "x" * 16_000})
    live = inside.world.live
    with opened_and_never_read(inside, OPERATOR), listening(inside, COLLEAGUE, PORTAL) as reader:
        told = 0
        while live.of(OPERATOR) and told < 2 * MOST_WAITING:
            inside.loop.call_soon_threadsafe(live.tell, [OPERATOR, COLLEAGUE], news)
            assert reader.hear().type == "UPDATE_CHANNEL"
            told += 1
        assert MOST_WAITING <= told < 2 * MOST_WAITING
