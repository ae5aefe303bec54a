from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localaws.state.behaviour import show, turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from localaws.state.behaviour import Behaviour


class Switchboard:
    """The control address of the switches: PUT turns those that it names, DELETE all of them back as at start."""

    def __init__(self, behaviour: Behaviour, turned: Callable[[], None]) -> None:
        self.behaviour = behaviour
        self.at_start = asdict(behaviour)
        self.turned = turned

    @property
    def routes(self) -> list[Route]:
        return [Route("/_localaws/behaviour", self.handle, methods=["GET", "PUT", "DELETE"])]

    async def handle(self, request: Request) -> Response:
        if request.method == "PUT":
            try:
                turn(self.behaviour, json.loads(await request.body()))
            except (ValueError, RecursionError) as error:
                return JSONResponse({"message": str(error)}, 400)
        if request.method == "DELETE":
            vars(self.behaviour).update(self.at_start)
        if request.method != "GET":
            self.turned()
        return JSONResponse(show(self.behaviour))
