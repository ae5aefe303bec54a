"""Where calls come in over HTTP, and where trouble is made when it was asked for."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from localaws.pipeline import dialect_of
from localaws.trouble.call_log import Entry
from localaws.trouble.subject import Subject
from localaws.wire.answers import draw_request_id, refuse
from localaws.wire.errors import AWSError
from localaws.wire.request import Request

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from localaws.pipeline import Pipeline
    from localaws.trouble.call_log import CallLog
    from localaws.trouble.faults import Faults, Misfortune
    from localaws.wire.answers import Answer
    from localaws.wire.catalogue import Operation

NO_CONTENT = 204
LARGEST_BODY = 1_000_000
# A longer body is still read, to the end, so that its sender gets to hear the answer; but not for ever.
LONGEST_LISTENING = 64_000_000


class Door:
    """The ASGI application of all services."""

    def __init__(self, pipeline: Pipeline, faults: Faults, calls: CallLog) -> None:
        self.pipeline = pipeline
        self.faults = faults
        self.calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = read_request(scope, await read_body(receive))
        operation = self.pipeline.find_operation(request)
        entry, started = Entry(time=time.time()), time.perf_counter()
        self.calls.add(entry)
        fault = None
        if operation:
            entry.service, entry.operation = operation.service, operation.name
            fault = self.faults.take(Subject(request, operation, self.pipeline.gate))
        answer = await self.answer(request, operation, entry, fault)
        entry.duration = time.perf_counter() - started
        if fault and fault.fault.drop:
            await hang_up(receive)
        else:
            await send_answer(answer, send)

    async def answer(
        self, request: Request, operation: Operation | None, entry: Entry, fault: Misfortune | None
    ) -> Answer:
        if fault:
            await asyncio.sleep(fault.latency)
            error = fault.fault.error(dialect_of(request))
            if error:
                return fail(request, error, entry, fault.fault.retry_after)
        if len(request.body) > LARGEST_BODY:
            error = AWSError(dialect_of(request).invalid, f"The request body can't exceed {LARGEST_BODY} bytes.")
            return fail(request, error, entry)
        return await self.pipeline.run(request, operation, entry)


def fail(request: Request, error: AWSError, entry: Entry, retry_after: int | None = None) -> Answer:
    """An answer without any work."""
    entry.verdict, entry.code, entry.status = "refused before the work", error.code, error.status
    entry.request_id = draw_request_id()
    answer = refuse(dialect_of(request), error, entry.request_id)
    if retry_after is not None:
        answer.headers["retry-after"] = str(retry_after)
    return answer


async def read_body(receive: Receive) -> bytes:
    """At most one byte more than is allowed, which tells that it was too much."""
    chunks: list[bytes] = []
    heard, kept = 0, 0
    more = True
    while more and heard < LONGEST_LISTENING:
        message = await receive()
        chunk = message.get("body", b"")
        heard += len(chunk)
        if kept <= LARGEST_BODY:
            chunks.append(chunk)
            kept += len(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)[: LARGEST_BODY + 1]


def read_request(scope: Scope, body: bytes) -> Request:
    client = scope.get("client") or ("127.0.0.1", 0)
    return Request(
        # A socket is asked for by GET, so ASGI does not say it.
        method=scope.get("method", "GET"),
        raw_path=scope["raw_path"].decode("latin-1"),
        raw_query=scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]],
        body=body,
        client_ip=client[0],
        secure=scope["scheme"] in ("https", "wss"),
    )


async def send_answer(answer: Answer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    if answer.status != NO_CONTENT:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def hang_up(receive: Receive) -> None:
    """Cut the connection without an answer. ASGI knows no such thing; under uvicorn the transport is at hand."""
    cycle: Any = getattr(receive, "__self__", None)
    cycle.transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
