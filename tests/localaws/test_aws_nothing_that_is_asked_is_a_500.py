"""Every operation that is served is asked with members that fit its model and with members that do not, all signed.

How often is said by FUZZ_ROUNDS; the seed that pytest-randomly prints draws the same calls again.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from localaws.wire.dialects import Protocol
from tests.localaws.cloud import Cloud
from tests.localaws.dice import Dice
from tests.localaws.handwriting import Pen, write
from tests.localaws.town import FUZZER, OPERATIONS, name_what_is_there, write_setup

if TYPE_CHECKING:
    from localaws.wire.catalogue import Operation
    from tests.localaws.cloud import Reply

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "20"))
FIRST_SERVER_FAULT = 500


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Somewhere to break things, with a caller whom nothing that is asked can take the rights from."""
    running = Cloud("--setup", str(write_setup(tmp_path_factory.mktemp("fuzz") / "setup.json")))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def pen(town):
    pen = Pen(town.url, FUZZER)
    yield pen
    pen.close()


@pytest.fixture(scope="module")
def known(town) -> dict[str, list[str]]:
    return name_what_is_there(town)


@pytest.fixture
def dice(town, known, operation) -> Dice:
    """What deletes gets a house of its own."""
    return Dice(name_what_is_there(town) if "Delete" in operation.name else known)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.service}-{operation.name}")
def test_every_operation_answers_every_member(town, pen, dice, operation):
    for turn in range(ROUNDS):
        members = dice.draw_members(operation.input)
        if turn % 2:
            members = dice.spoil(members)
        letter = write(operation, members)
        reply = pen.send(letter, operation.dialect.signing_name)
        assert_shaped(operation, reply, members)
        if reply.status == operation.status and operation.dialect.protocol is not Protocol.QUERY and reply.body:
            dice.learn(json.loads(reply.body))


def assert_shaped(operation: Operation, reply: Reply, members: dict[str, Any]) -> None:
    """An answer, or an error as the service writes it. Only what is not served may be the server's fault."""
    told = f"{operation.name} {members!r} is answered {reply.status} {reply.body!r}"
    if reply.status < 300:
        return
    assert reply.status < FIRST_SERVER_FAULT or reply.status == 501, told
    assert read_error(operation.dialect.protocol, reply), told


def read_error(protocol: Protocol, reply: Reply) -> str:
    """The code by which a client knows it. Raises what a client would, when the answer can't be read."""
    if protocol is Protocol.QUERY:
        error = ET.fromstring(reply.body)[0]  # noqa: S314 - it is our own server
        assert [element.tag.partition("}")[2] for element in error] == ["Type", "Code", "Message"]
        return str(error[1].text)
    body = json.loads(reply.body)
    assert body.keys() == ({"__type", "message"} if protocol is Protocol.JSON else {"Code", "Message"})
    return reply.headers["x-amzn-errortype"]
