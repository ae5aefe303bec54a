"""A port that can't be used is one sentence, before anything is started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from portal.demo.ports import free_ports
from portal.demo.supervisor import DemoError
from tests.servers.server import free_port


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"PORT": "http"}, "PORT=http is not the number of a port"),
        ({"PORT": "0"}, "PORT=0 is not the number of a port"),
        ({"AWS_PORT": "65536"}, "AWS_PORT=65536 is not the number of a port"),
        ({"PORT": "8100", "AWS_PORT": "8100"}, "PORT and AWS_PORT are both 8100"),
    ],
)
def test_nonsense_is_one_sentence(monkeypatch, given, sentence):
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(DemoError, match=sentence):
        free_ports()


@pytest.mark.parametrize(("variable", "host"), [("PORT", "127.0.0.1"), ("AWS_PORT", "0.0.0.0")])
def test_taken_port_is_one_sentence_and_nothing_starts(tmp_path, variable, host):
    ports = {"PORT": str(free_port()), "AWS_PORT": str(free_port())}
    with socket.create_server((host, int(ports[variable]))):
        assert_refused(tmp_path, ports, f"Port {ports[variable]} on 127.0.0.1 can't be used (Address already in use)")


def assert_refused(folder, ports: dict[str, str], sentence: str) -> None:
    environment = os.environ | {"DATA_DIR": str(folder)} | ports
    command = [sys.executable, "manage.py", "demo"]
    ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""
    assert not (folder / "logs").exists()
