from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from localaws.live.codes import GOING_AWAY

if TYPE_CHECKING:
    import socket
    import ssl

    from localaws.live.hub import Hub

SECONDS_TO_SAY_GOOD_BYE = 1
UNREADABLE = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class SocketProtocol(WebSocketsSansIOProtocol):
    """Answers a handshake that can't be read, like one of more than 8,192 bytes, where uvicorn says nothing at all."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc and not self.handshake_initiated:
            self.transport.write(UNREADABLE)
            self.transport.close()


class Server(uvicorn.Server):
    """Of uvicorn, with a second port that speaks TLS beside the plain one, in one loop, and a good-bye to sockets."""

    def __init__(
        self, config: uvicorn.Config, live: Hub, tls: tuple[socket.socket, ssl.SSLContext] | None = None
    ) -> None:
        super().__init__(config)
        self.live = live
        self.tls = tls

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.tls and self.started:
            listener, context = self.tls
            loop = asyncio.get_running_loop()
            server = await loop.create_server(self.draw_protocol(), sock=listener, ssl=context)
            self.servers.append(server)

    def draw_protocol(self) -> Any:
        """As uvicorn makes those of its own port, and counted with them."""
        kind: Any = self.config.http_protocol_class
        return partial(kind, config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Left to itself, uvicorn tells clients that the service restarts; AWS goes away."""
        for server in self.servers:
            server.close()
        for connection in self.live:
            connection.close(GOING_AWAY)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.live.deserted.wait(), SECONDS_TO_SAY_GOOD_BYE)
        await super().shutdown(sockets)
