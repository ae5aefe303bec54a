"""Children start in order and end together, however the end comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from portal.demo.child import Child
from portal.demo.supervisor import AskedToStop, DemoError, Supervisor
from tests.servers.traces import carrying, left_behind

FAMILY = ["sh", "-c", "sleep 60 & echo started; wait"]
DEAF = ["sh", "-c", "trap '' TERM; echo started; sleep 60"]


@pytest.fixture(autouse=True)
def _handlers_as_before():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def child(tmp_path):
    def make(name, command):
        return Child(name, command, os.environ | {"MARK": str(tmp_path)}, tmp_path / f"{name}.log")

    return make


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_the_children_and_their_children(child, tmp_path, number):
    with Supervisor() as supervisor:
        start(supervisor, child("family", FAMILY))
        os.kill(os.getpid(), number)
        with pytest.raises(AskedToStop):
            supervisor.watch()
    assert left_behind(str(tmp_path)) == []


def test_child_that_does_not_listen_is_killed(child, tmp_path):
    with Supervisor() as supervisor:
        deaf = child("deaf", DEAF)
        start(supervisor, deaf)
        deaf.stop(patience=0.2)
        assert left_behind(str(tmp_path)) == []


def test_death_of_one_child_ends_all_and_is_told(child, tmp_path):
    with Supervisor() as supervisor:
        start(supervisor, child("family", FAMILY))
        supervisor.start(child("broken", ["sh", "-c", "echo no such luck; exit 3"]))
        with pytest.raises(DemoError, match=r"^broken has ended by itself; (?s:.*)\nno such luck$"):
            supervisor.watch()
    assert left_behind(str(tmp_path)) == []


def test_what_never_gets_ready_is_told(child, tmp_path):
    with Supervisor() as supervisor:
        start(supervisor, child("family", FAMILY))
        with pytest.raises(DemoError, match="family is not ready after 0 seconds"):
            supervisor.wait(lambda: False, name="family", seconds=0.2)
    assert left_behind(str(tmp_path)) == []


def test_children_follow_a_parent_that_is_killed_outright(tmp_path):
    program = f"""if True:
        import os, pathlib, time
        from portal.demo.child import Child
        log = pathlib.Path({str(tmp_path)!r}, "log")
        Child("one", ["sh", "-c", "echo started; exec sleep 60"], os.environ, log).start()
        while not log.stat().st_size:
            time.sleep(0.01)
        print("started", flush=True)
        time.sleep(60)
    """
    environment = os.environ | {"MARK": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        parent.stdout.readline()
        assert len(carrying(str(tmp_path))) == 2  # the parent and its child
        parent.kill()
    assert left_behind(str(tmp_path)) == []


def start(supervisor: Supervisor, child: Child) -> None:
    supervisor.start(child)
    supervisor.wait(lambda: child.log.stat().st_size > 0, name=child.name, seconds=10)
