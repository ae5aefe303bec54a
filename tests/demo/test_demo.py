"""`manage.py demo`, run as a person runs it: started, looked at, stopped, and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from tests.servers.demo import Demo
from tests.servers.server import answers
from tests.servers.traces import carrying, left_behind

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


@pytest.fixture
def demo(tmp_path):
    demo = Demo(tmp_path / "data")
    demo.start()
    yield demo
    demo.process.kill()
    demo.process.communicate()
    assert left_behind(str(demo.folder)) == []


def test_demo_starts_tells_who_lives_there_and_ends_with_ctrl_c(demo):
    demo.wait_for_listing()
    for words in (
        f"http://localhost:{demo.port}/",
        f"http://acme.localhost:{demo.port}/",
        "alice, bob (admin)",
        "carol",
    ):
        assert words in demo.said
    assert demo.status("acme.localhost", "/readyz") == 200
    assert demo.status("acme.localhost", "/account/login/") == 200
    assert demo.status("nobody.localhost", "/") == 404
    assert len(carrying(str(demo.folder))) >= 5  # the demo itself and its four children

    assert demo.end(signal.SIGINT) == (0, "")
    assert left_behind(str(demo.folder)) == []
    assert not answers(demo.port)
    assert not answers(demo.aws_port)

    started = time.monotonic()
    demo.start()
    demo.wait_for_listing()
    assert time.monotonic() - started < 15
    assert_seeded_once(demo.folder)
    assert demo.end(signal.SIGHUP) == (0, "")


def test_child_that_dies_ends_the_demo_with_its_name_and_last_words(demo):
    demo.wait_for_listing()
    victim = next(process for process in Path("/proc").glob("[0-9]*") if is_beat(process, demo.folder))
    os.kill(int(victim.name), signal.SIGKILL)
    _, complaint = demo.process.communicate(timeout=30)
    assert demo.process.returncode == 1
    assert complaint.startswith("beat has ended by itself; the end of ")


@pytest.mark.parametrize("seconds", [1.5, 3, 5])
def test_stop_while_starting_leaves_nothing(demo, seconds):
    time.sleep(seconds)
    assert demo.end(signal.SIGTERM) in {(0, ""), (-signal.SIGTERM, "")}


def test_demo_killed_outright_leaves_nothing(demo):
    demo.wait_for_listing()
    demo.process.kill()
    assert left_behind(str(demo.folder)) == []


def is_beat(process: Path, folder: Path) -> bool:
    command = (process / "cmdline").read_bytes().decode()
    return "\0beat\0" in command and f"{folder}" in command


def assert_seeded_once(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "aws-snapshot.db")) as snapshot:
        text = "".join(row for (row,) in snapshot.execute("SELECT value FROM rows"))
    assert text.count("Welcome to Acme!") == 1
    assert text.count('"Alice Archer"') >= 1
