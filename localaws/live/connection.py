from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

from localaws.live.codes import CUT, cut_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import Receive, Send

log = logging.getLogger("localaws")
# Beyond what the operating system holds already. Frames are shared by all who are told the same.
MOST_WAITING = 1000
SECONDS_TO_CLOSE = 5


class Connection:
    """One open socket of a user. Neither `push` nor `close` waits: what can't be written now is written later.

    `cut` ends the connection at once and without a good-bye, and `connected_at` is in seconds since 1970.
    """

    __slots__ = ("closing", "connected_at", "cut", "session_id", "user_arn", "waiting", "woken")

    def __init__(self, user_arn: str, session_id: str, connected_at: float, cut: Callable[[], None]) -> None:
        self.user_arn = user_arn
        self.session_id = session_id
        self.connected_at = connected_at
        self.cut = cut
        self.waiting: deque[str] = deque()
        self.woken = asyncio.Event()
        self.closing: tuple[int, str] | None = None

    def push(self, frame: str) -> None:
        """Who reads too slowly loses the connection, so that nobody else has to wait and no memory is filled."""
        if self.closing:
            return
        if len(self.waiting) == MOST_WAITING:
            self.close(CUT)
            return
        self.waiting.append(frame)
        self.woken.set()

    def close(self, code: int, reason: str = "") -> None:
        """After what is waiting, if that does not take too long."""
        if self.closing:
            return
        self.closing = (code, cut_reason(reason))
        self.woken.set()
        if code == CUT:
            self.cut()
        else:
            asyncio.get_running_loop().call_later(SECONDS_TO_CLOSE, self.cut)

    async def run(self, first: Iterable[str], receive: Receive, send: Send) -> None:
        """Until one of both sides has closed."""
        writing = asyncio.create_task(self.write_or_cut(first, send))
        try:
            await listen(receive)
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def write_or_cut(self, first: Iterable[str], send: Send) -> None:
        """Nobody is to wait on a socket that has fallen silent."""
        try:
            await self.write(first, send)
        except OSError:
            """The client has gone, of which we are told where we listen, too."""
        except Exception:
            log.exception("A socket could not be written to.")
            self.cut()

    async def write(self, first: Iterable[str], send: Send) -> None:
        for frame in first:
            await send({"type": "websocket.send", "text": frame})
        closing = None
        while closing is None:
            while self.waiting:
                await send({"type": "websocket.send", "text": self.waiting.popleft()})
            closing = self.closing
            if closing is None:
                self.woken.clear()
                await self.woken.wait()
        code, reason = closing
        await send({"type": "websocket.close", "code": code, "reason": reason})


async def listen(receive: Receive) -> None:
    """Clients have nothing to say here; AWS takes no notice of what they send either."""
    while (await receive())["type"] != "websocket.disconnect":
        pass
