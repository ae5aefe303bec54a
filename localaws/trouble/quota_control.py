from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localaws.trouble.quotas import tell

if TYPE_CHECKING:
    from starlette.requests import Request

    from localaws.trouble.quotas import Quotas


class QuotaControl:
    """The control address of the quotas: PUT sets what it names, DELETE all of them back as at start."""

    def __init__(self, quotas: Quotas) -> None:
        self.quotas = quotas
        self.at_start = quotas.show()

    @property
    def routes(self) -> list[Route]:
        return [Route("/_localaws/quotas", self.handle, methods=["GET", "PUT", "DELETE"])]

    async def handle(self, request: Request) -> Response:
        if request.method == "PUT":
            try:
                self.quotas.turn(json.loads(await request.body()))
            except (ValueError, RecursionError) as error:
                return JSONResponse({"message": str(error)}, 400)
        if request.method == "DELETE":
            self.quotas.reset(self.at_start)
        return JSONResponse({"quotas": self.quotas.show(), "defaults": tell()})
