"""Where sockets come in: the messaging session of https://docs.aws.amazon.com/chime-sdk/latest/dg/websockets.html."""

from __future__ import annotations

import asyncio
import logging
import time
from itertools import chain
from typing import TYPE_CHECKING, Any

from localaws.authorisation import authorise
from localaws.door import read_request
from localaws.iam.authentication import read_clock
from localaws.live.codes import code_for, cut_reason
from localaws.live.connect import CONNECT, SERVED
from localaws.live.connection import Connection
from localaws.live.frames import write_frame
from localaws.live.prefetch import prefetch
from localaws.live.turnstile import Turnstile
from localaws.trouble.call_log import Entry
from localaws.trouble.subject import Subject
from localaws.wire.dialects import CHIME
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from localaws.call import Call, World
    from localaws.pipeline import Pipeline
    from localaws.trouble.call_log import CallLog
    from localaws.trouble.faults import Faults
    from localaws.wire.request import Request

log = logging.getLogger("localaws")
SESSION_ESTABLISHED = write_frame("SESSION_ESTABLISHED", "SYSTEM", None, None)


class Sessions:
    """The ASGI application of all sockets."""

    def __init__(self, world: World, pipeline: Pipeline, faults: Faults, calls: CallLog) -> None:
        self.world = world
        self.pipeline = pipeline
        self.faults = faults
        self.calls = calls
        self.turnstile = Turnstile(world)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever is refused has the socket opened first: a browser tells its page the code of a close, and no more."""
        await receive()
        request = read_request(scope, b"")
        if request.raw_path != "/connect":
            await send({"type": "websocket.close"})
            return
        await send({"type": "websocket.accept"})
        entry = Entry(time=time.time(), service=CONNECT.service, operation=CONNECT.name)
        self.calls.add(entry)
        try:
            await self.suffer_faults(request, receive)
            call = self.admit(request, entry)
        except AWSError as error:
            entry.code, entry.status = error.code, code_for(error)
            await send({"type": "websocket.close", "code": code_for(error), "reason": cut_reason(error.message)})
        else:
            await self.entertain(call, receive, send)

    async def suffer_faults(self, request: Request, receive: Receive) -> None:
        suffered = self.faults.take(Subject(request, CONNECT, self.pipeline.gate))
        if suffered is None:
            return
        await asyncio.sleep(suffered.latency)
        error = suffered.fault.error(CHIME)
        if error:
            raise error
        if suffered.fault.drop:
            transport_of(receive).abort()

    def admit(self, request: Request, entry: Entry) -> Call:
        """Raises AWSError unless the signature holds, IAM says yes, the user exists and has connections left."""
        now = read_clock()
        service = SERVED[CONNECT.name]
        try:
            caller = self.pipeline.admit(request, CHIME, CONNECT, now, entry)
            call = self.pipeline.draw_call(request, CONNECT, caller, now)
            authorise(call, service, entry)
            service.work(call)
            self.turnstile.enter(call["UserArn"])
        except AWSError as error:
            if error.code == CHIME.denied:
                entry.verdict = "denied"
            raise
        except Exception as error:
            log.exception("A socket could not be opened.")
            raise AWSError(CHIME.failure, "localaws itself failed; its output says how.") from error
        entry.status = CONNECT.status
        return call

    async def entertain(self, call: Call, receive: Receive, send: Send) -> None:
        """From here on the user misses nothing that happens, until the socket is closed."""
        user_arn = call["UserArn"]
        connection = Connection(user_arn, call["SessionId"], call.now, transport_of(receive).abort)
        timer = self.end_with_credentials(call, connection)
        details = prefetch(call) if call.get("PrefetchOn") else ()
        self.world.live.add(user_arn, connection)
        try:
            await connection.run(chain([SESSION_ESTABLISHED], details), receive, send)
        finally:
            self.world.live.remove(user_arn, connection)
            if timer:
                timer.cancel()

    def end_with_credentials(self, call: Call, connection: Connection) -> asyncio.TimerHandle | None:
        session = call.principal.session
        if session is None:
            return None
        code = self.world.behaviour.expired_connection_code
        reason = "The security token included in the request is expired"
        return asyncio.get_running_loop().call_later(session.expires_at - call.now, connection.close, code, reason)


def transport_of(receive: Receive) -> Any:
    """ASGI can't cut a connection; under uvicorn the transport is at hand."""
    protocol: Any = getattr(receive, "__self__", None)
    return protocol.transport
