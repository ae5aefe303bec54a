"""Users change while everything breaks; afterwards Chime equals the portal exactly.

Workers are killed, the broker is gone and forgets, AWS throttles, errs and cuts connections after it did the work.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tenants.names import PORTALS_ADMIN
from tests.servers import Worker
from tests.servers.localaws import stagehand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.journeys.house import House

WRITES = ("CreateAppInstanceUser", "UpdateAppInstanceUser", "DeleteAppInstanceUser")
# As AWS gives it; changes that a worker's thread holds at once by it (chimeusers/work.py), and its threads.
QUOTA = {"USER_WRITES_PER_SECOND": "10"}
BATCH, THREADS = 10, 8
STEP, STEPS, PAUSE = 25, 100, 1.0  # changes between two breaths, such breaths at most, and their seconds
CUT = 0.2  # of the calls, where connections are cut
ACTS = ["kill", "kill", "broker", "fault", "fault", "fault", "calm"]
FAULTS: list[dict[str, Any]] = [
    {"status": 429, "retry_after": 1, "probability": 0.5},
    {"status": 503, "probability": 0.5},
    {"drop": True, "probability": CUT},
    {"latency": 0.2, "jitter": 0.2},
]


@dataclass
class Troubles:
    """What was done to them."""

    kills: int = 0
    broker_losses: int = 0
    faults: int = 0
    creations: int = 0


@dataclass
class Outcome:
    changes: int
    troubles: Troubles
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    starved: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    again: int = 0

    @property
    def is_well(self) -> bool:
        return not (self.wrong or self.starved or self.failed) and self.again <= self.in_doubt

    @property
    def in_doubt(self) -> float:
        """Creations that a killed worker or a cut connection may leave in doubt: they are asked for again."""
        return self.troubles.kills * BATCH * THREADS + self.troubles.creations * CUT


class Hands:
    """The process that changes users (tests/crash/hands.py)."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.hands"],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *asked: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process that changes users has ended"
        return json.loads(line)

    def close(self) -> None:
        """Let it end by having nothing more to ask."""
        self._process.communicate(timeout=10)


def crash(
    house: House, *, tenants: int, changes: int, workers: int, seed: int, patience: float, tell: Callable[[str], None]
) -> Outcome:
    """Make random changes over so many tenants while everything breaks; then wait until nothing waits, and compare."""
    began, hands, outcome = time.monotonic(), Hands(house.environment), Outcome(changes, Troubles())
    tell(f"seed {seed}")
    try:
        hands.ask("open", *_app_instances(house, tenants))
        with _more_workers(house, workers - 1) as more:
            changing = threading.Thread(target=_change, args=(hands, changes, seed, outcome, tell))
            changing.start()
            _torment([house.worker, *more], house, seed, outcome.troubles, changing)
            settled = hands.ask("stand")["settled"]
            outcome.starved = [f"crash-{one}" for one in range(tenants) if not settled.get(f"crash-{one}")]
            _drained(house, hands, outcome.troubles, patience, tell)
        stand = hands.ask("stand")
        outcome.failed = stand["failed"]
        outcome.wrong = _differences(house, hands.ask("expected"))
        outcome.again = outcome.troubles.creations - stand["lives"]
    finally:
        hands.close()
    outcome.seconds = time.monotonic() - began
    return outcome


def _change(hands: Hands, changes: int, seed: int, outcome: Outcome, tell: Callable[[str], None]) -> None:
    done, step = 0, max(STEP, changes // STEPS)
    while done < changes:
        done += hands.ask("change", min(step, changes - done), seed + done)
        tell(f"{done} changes, {hands.ask('stand')['waiting']} users wait, {outcome.troubles}")
        time.sleep(PAUSE)


def _app_instances(house: House, number: int) -> list[str]:
    identity = stagehand(house.aws, "chime-sdk-identity")
    made = (identity.create_app_instance(Name=f"crash-{one}", ClientRequestToken=str(uuid4())) for one in range(number))
    return [one["AppInstanceArn"] for one in made]


def _drained(house: House, hands: Hands, troubles: Troubles, patience: float, tell: Callable[[str], None]) -> None:
    deadline = time.monotonic() + patience
    while (waiting := hands.ask("stand")["waiting"]) and time.monotonic() < deadline:
        tell(f"{waiting} users wait")
        _watch(house, troubles)
        time.sleep(1)
    _watch(house, troubles)


def _differences(house: House, expected: dict[str, dict[str, list[str]]]) -> list[str]:
    identity, wrong = stagehand(house.aws, "chime-sdk-identity"), []
    for arn, users in expected.items():
        there = at_chime(identity, arn)
        differing = [one for one in users.keys() | there.keys() if users.get(one) != there.get(one)]
        wrong += [f"{arn}: {one}: {users.get(one)} is {there.get(one)}" for one in differing]
    return wrong


def at_chime(identity: Any, arn: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    token: dict[str, str] | None = {}
    while token is not None:
        page = identity.list_app_instance_users(AppInstanceArn=arn, MaxResults=50, **token)
        for user in page["AppInstanceUsers"]:
            found[user["AppInstanceUserArn"].rpartition("/")[2]] = [user["Name"], user.get("Metadata", "")]
        token = {"NextToken": page["NextToken"]} if page.get("NextToken") else None
    found.pop(PORTALS_ADMIN, None)
    return found


@contextmanager
def _more_workers(house: House, number: int) -> Iterator[list[Worker]]:
    workers = [Worker(house.environment) for _ in range(number)]
    try:
        for worker in workers:
            worker.start()
        yield workers
    finally:
        for worker in workers:
            worker.close()


def _torment(workers: list[Worker], house: House, seed: int, troubles: Troubles, changing: threading.Thread) -> None:
    """Let something break every second while users change; then make everything whole again.

    A process ends with the thread that began it, so this is no thread.
    """
    dice, acts = random.Random(seed), list[str]()  # noqa: S311 - no secret hangs on it
    while changing.is_alive():
        changing.join(1)
        _watch(house, troubles)
        acts = acts or dice.sample(ACTS, len(ACTS))
        _break(acts.pop(), workers, house, dice, troubles)
    control(house, "DELETE", "/_localaws/faults")


def _break(act: str, workers: list[Worker], house: House, dice: random.Random, troubles: Troubles) -> None:
    if act == "kill":
        worker = dice.choice(workers)
        worker.kill()
        worker.start()
        troubles.kills += 1
    elif act == "broker":
        house.broker.stop()
        time.sleep(1)
        house.broker.start()
        troubles.broker_losses += 1
    elif act == "fault":
        fault = dice.choice(FAULTS) | {"seed": dice.getrandbits(16)}
        control(house, "PUT", "/_localaws/faults", [{"operation": write} | fault for write in WRITES])
        troubles.faults += 1
    else:
        control(house, "DELETE", "/_localaws/faults")


def _watch(house: House, troubles: Troubles) -> None:
    """Count the users that localaws was asked to create, and did. Its log forgets, so it is read often."""
    calls = control(house, "DELETE", "/_localaws/calls")["calls"]
    troubles.creations += sum(call["operation"] == "CreateAppInstanceUser" and call["status"] == 201 for call in calls)


def control(house: House, method: str, path: str, body: Any = None) -> Any:
    with closing(http.client.HTTPConnection("127.0.0.1", house.aws.port, timeout=10)) as connection:
        connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        text = answer.read()
    assert answer.status < 300, text
    return json.loads(text) if text else None
