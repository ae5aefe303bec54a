"""localaws, with a set-up file of the caller's and a snapshot that survives a stop and a start."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import boto3

from portal.demo import aws_setup, programs
from tests.servers.server import HOST, Server

if TYPE_CHECKING:
    from pathlib import Path


class LocalAWS(Server):
    def __init__(self, setup: Path) -> None:
        super().__init__()
        self._setup = setup

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def command(self) -> list[str]:
        running = programs.localaws(port=self.port, setup=self._setup, snapshot=self.folder / "snapshot.db")
        return [*running, "--control"]

    def ready(self) -> bool:
        return status(self.port, "/_localaws/health") == http.HTTPStatus.OK


def status(port: int, path: str) -> int | None:
    """Return the status of the answer to GET, or None when nobody answers yet."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def stagehand(server, service: str):
    """Return a client of AWS that may do everything: what a test knows, it knows from here."""
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id=aws_setup.STAGEHAND.access_key_id,
        aws_secret_access_key=aws_setup.STAGEHAND.secret,
    )
