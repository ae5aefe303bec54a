"""The control address of the open sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localaws.live.codes import GOING_AWAY, is_sendable

if TYPE_CHECKING:
    from starlette.requests import Request

    from localaws.live.connection import Connection
    from localaws.live.hub import Hub


class Connections:
    def __init__(self, live: Hub) -> None:
        self.live = live

    @property
    def routes(self) -> list[Route]:
        return [Route("/_localaws/connections", self.handle, methods=["GET", "DELETE"])]

    async def handle(self, request: Request) -> Response:
        """GET tells who is connected. DELETE closes the sockets of a user, or all, with a code, and tells whose."""
        wanted = request.query_params.get("userArn")
        connections = [each for each in self.live if wanted in (None, each.user_arn)]
        if request.method == "DELETE":
            code = request.query_params.get("code", str(GOING_AWAY))
            if not (code.isdecimal() and is_sendable(int(code))):
                return JSONResponse({"message": f"No socket can be closed with {code[:64]}."}, 400)
            for connection in connections:
                connection.close(int(code))
        return JSONResponse({"connections": [describe(connection) for connection in connections]})


def describe(connection: Connection) -> dict[str, Any]:
    return {
        "userArn": connection.user_arn,
        "sessionId": connection.session_id,
        "connectedAt": connection.connected_at,
        "waitingFrames": len(connection.waiting),
    }
