"""The servers of the tests are real, come back where they were, and leave nothing behind."""

from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest
from kombu import Connection

from tests.servers import PostgreSQL, RabbitMQ, Redis
from tests.servers.server import answers
from tests.servers.traces import left_behind


@pytest.mark.parametrize("broker", [Redis, RabbitMQ])
def test_broker_keeps_a_message_while_it_is_gone(broker):
    with broker() as server:
        with Connection(server.url) as connection, connection.SimpleQueue("bell") as queue:
            queue.put("ring")
        server.stop()
        assert not answers(server.port)
        server.start()
        with Connection(server.url) as connection, connection.SimpleQueue("bell") as queue:
            assert queue.get(timeout=5).payload == "ring"
    assert_nothing_left(server)


def test_postgresql_keeps_a_row_while_it_is_gone():
    with PostgreSQL() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE bell AS SELECT 1 AS rung")
        server.stop()
        assert not answers(server.port)
        server.start()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT rung FROM bell").fetchone() == (1,)
    assert_nothing_left(server)


def test_command_runs_beside_a_server_and_passes_its_exit_code_on():
    program = "import os, psycopg, sys; psycopg.connect(os.environ['DATABASE_URL']).close(); sys.exit(7)"
    command = [sys.executable, "-m", "tests.servers", "postgresql", "--", sys.executable, "-c", program]
    assert subprocess.run(command, check=False, timeout=60).returncode == 7


def assert_nothing_left(server: PostgreSQL | RabbitMQ | Redis) -> None:
    assert not server.folder.exists()
    assert not answers(server.port)
    assert left_behind(str(server.folder)) == []
