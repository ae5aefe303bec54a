"""The machine's own addresses: is it up, what was called, and what is to go wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localaws.trouble.fault_file import read_faults

if TYPE_CHECKING:
    from starlette.requests import Request

    from localaws.trouble.call_log import CallLog
    from localaws.trouble.faults import Faults


async def tell_health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def tell_nothing(_request: Request) -> Response:
    return JSONResponse({"message": "Not found. The control addresses are there only with --control."}, 404)


class Control:
    def __init__(self, faults: Faults, calls: CallLog) -> None:
        self.faults = faults
        self.calls = calls

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/_localaws/faults", self.handle_faults, methods=["GET", "PUT", "DELETE"]),
            Route("/_localaws/calls", self.handle_calls, methods=["GET", "DELETE"]),
        ]

    async def handle_faults(self, request: Request) -> Response:
        """PUT takes the place of all faults before; the answer tells which are active."""
        if request.method == "PUT":
            try:
                self.faults.put(read_faults(json.loads(await request.body())))
            except (ValueError, RecursionError) as error:
                return JSONResponse({"message": str(error)}, 400)
        if request.method == "DELETE":
            self.faults.put([])
        return JSONResponse({"faults": self.faults.show()})

    async def handle_calls(self, request: Request) -> Response:
        """The calls that are as the query wants them. DELETE answers with all, and forgets them."""
        try:
            calls = self.calls.find(dict(request.query_params))
        except ValueError as error:
            return JSONResponse({"message": str(error)}, 400)
        if request.method == "DELETE":
            self.calls.clear()
        return JSONResponse({"calls": calls})
