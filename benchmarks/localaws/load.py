"""Asking as fast as the answers come, over a few connections that stay open."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import uvloop

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS = 16
LENGTH = b"content-length: "


class Asker(asyncio.Protocol):
    """One connection: the next request goes out when the answer to the last one is complete."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.heard = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.ask()

    def data_received(self, data: bytes) -> None:
        self.heard += data
        head, end, body = self.heard.partition(b"\r\n\r\n")
        if end and len(body) >= int(head.partition(LENGTH)[2].partition(b"\r\n")[0]):
            if not head.startswith(b"HTTP/1.1 20"):
                raise RuntimeError(self.heard.decode())
            self.heard = b""
            self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("localaws closed the connection."))

    def ask(self) -> None:
        request = next(self.requests, None)
        if request is not None:
            self.transport.write(request)
        else:
            self.done.set_result(None)
            self.transport.close()


def drive(url: str, requests: list[bytes]) -> float:
    """How many seconds it takes until all are answered. Raises RuntimeError when one of them is refused."""
    return uvloop.run(ask_all(url, requests))


async def ask_all(url: str, requests: list[bytes]) -> float:
    host, _, port = urlsplit(url).netloc.rpartition(":")
    waiting = iter(requests)
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    askers = [(await loop.create_connection(lambda: Asker(waiting), host, int(port)))[1] for _ in range(CONNECTIONS)]
    await asyncio.gather(*(asker.done for asker in askers))
    return time.perf_counter() - started
