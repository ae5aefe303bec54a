"""Anything is done, the process is killed, and another one must know all of it."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from localaws.wire.dialects import Protocol
from tests.localaws.cloud import Cloud
from tests.localaws.dice import Dice
from tests.localaws.handwriting import Pen, write
from tests.localaws.town import FUZZER, OPERATIONS, name_what_is_there, write_setup

if TYPE_CHECKING:
    from localaws.wire.catalogue import Operation
    from tests.localaws.cloud import Reply

ROUNDS, QUESTIONS = 8, 10
LONGER_THAN_THE_DEBOUNCE = 1.5
REQUEST_ID = re.compile(rb"<RequestId>.*?</RequestId>")
# What is drawn anew for every answer, and the address, which another process has another of.
DIFFER = {"GetMessagingSessionEndpoint", "GetId", "GetOpenIdToken", "GetCredentialsForIdentity"}
READS = ("List", "Describe", "Get", "Search", "Lookup", "Simulate")

Question = tuple["Operation", dict[str, Any]]
reads = [each for each in OPERATIONS if each.name.startswith(READS) and each.name not in DIFFER]
writes = [each for each in OPERATIONS if not each.name.startswith((*READS, "DeleteAppInstance"))]


@pytest.fixture
def start(tmp_path):
    running = []
    setup = write_setup(tmp_path / "setup.json")

    def start() -> Cloud:
        running.append(Cloud("--setup", str(setup), "--snapshot", str(tmp_path / "snapshot.db")))
        return running[-1]

    yield start
    running[-1].kill()


def test_all_that_was_done_is_there_after_a_kill(start):
    first = start()
    dice = Dice(name_what_is_there(first))
    pen = Pen(first.url, FUZZER)
    do_anything(pen, dice)
    questions = [(each, dice.draw_members(each.input)) for each in reads for _ in range(QUESTIONS)]
    time.sleep(LONGER_THAN_THE_DEBOUNCE)
    before = ask(pen, questions)
    first.kill()
    pen.close()

    pen = Pen(start().url, FUZZER)
    after = ask(pen, questions)
    pen.close()
    differences = [
        (operation.name, members, was, now)
        for (operation, members), was, now in zip(questions, before, after, strict=True)
        if was != now
    ]
    assert differences == [], differences[0]
    assert sum(status < 300 for status, _ in before) > len(before) / 4


def do_anything(pen: Pen, dice: Dice) -> None:
    """Each kind of change many times, in any order; what an answer names, later calls name."""
    calls = writes * ROUNDS
    dice.random.shuffle(calls)
    for operation in calls:
        reply = pen.send(write(operation, dice.draw_members(operation.input)), operation.dialect.signing_name)
        if reply.status < 300 and reply.body and operation.dialect.protocol is not Protocol.QUERY:
            dice.learn(json.loads(reply.body))


def ask(pen: Pen, questions: list[Question]) -> list[tuple[int, bytes]]:
    return [tell(pen.send(write(each, members), each.dialect.signing_name)) for each, members in questions]


def tell(reply: Reply) -> tuple[int, bytes]:
    return reply.status, REQUEST_ID.sub(b"", reply.body)
