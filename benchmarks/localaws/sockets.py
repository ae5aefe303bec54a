"""Sockets that are open, each of another user, and say nothing."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from websockets.asyncio.client import connect

from benchmarks.localaws.signing import sign_socket

if TYPE_CHECKING:
    from benchmarks.localaws.ground import Ground
    from benchmarks.localaws.server import Server


def weigh_with_sockets(server: Server, ground: Ground, count: int) -> int:
    """The resident bytes of the server while the sockets are open."""
    return asyncio.run(open_and_weigh(server, ground, count))


async def open_and_weigh(server: Server, ground: Ground, count: int) -> int:
    sessions = ground.become_many(count)
    async with AsyncExitStack() as stack:
        for number, session in enumerate(sessions):
            address = sign_socket(ground.url, ground.user_arn(number), session)
            socket = await stack.enter_async_context(connect(address, compression=None))
            await socket.recv()
        return server.resident_bytes
