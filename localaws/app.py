from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, WebSocketRoute

from localaws.chime.upkeep import Upkeep
from localaws.cognito.discovery import WELL_KNOWN, Discovery
from localaws.cognito.tokens import announce_keys
from localaws.door import Door
from localaws.live.control import Connections
from localaws.live.sessions import Sessions
from localaws.pipeline import Pipeline
from localaws.trouble.call_log import CallLog
from localaws.trouble.control import Control, tell_health, tell_nothing
from localaws.trouble.quota_control import QuotaControl
from localaws.trouble.switchboard import Switchboard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from localaws.call import World
    from localaws.state.snapshot import Snapshot

NO_CALLS = (b"/_localaws/", WELL_KNOWN)
# What the AWS SDK for JavaScript sends from a browser, and what it reads of an answer.
let_browsers_in = partial(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "POST", "PUT", "DELETE"],
    allow_headers=[
        "amz-sdk-invocation-id",
        "amz-sdk-request",
        "authorization",
        "content-type",
        "x-amz-chime-bearer",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-target",
        "x-amz-user-agent",
    ],
    expose_headers=["date", "retry-after", "x-amzn-errortype", "x-amzn-requestid"],
    max_age=86400,
)


class Entrance:
    """The ASGI application. Calls take the shortest way; browsers have to be told that they may read the answer."""

    def __init__(self, door: Door, others: Starlette) -> None:
        self.door = door
        self.door_for_browsers = let_browsers_in(door)
        self.others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["raw_path"].startswith(NO_CALLS):
            await self.others(scope, receive, send)
        elif any(name == b"origin" for name, _ in scope["headers"]):
            await self.door_for_browsers(scope, receive, send)
        else:
            await self.door(scope, receive, send)


def build(world: World, snapshot: Snapshot | None, *, control: bool) -> Entrance:
    faults, calls = world.faults, CallLog()
    upkeep, pipeline = Upkeep(world), Pipeline(world)
    announce_keys(world)
    others = Starlette(
        routes=[
            Route("/_localaws/health", tell_health),
            *(Control(faults, calls).routes if control else []),
            *(QuotaControl(world.quotas).routes if control else []),
            *(Switchboard(world.behaviour, upkeep.look_again).routes if control else []),
            *(Connections(world.live).routes if control else []),
            *Discovery(world).routes,
            Route("/_localaws/{rest:path}", tell_nothing, methods=["GET", "PUT", "POST", "DELETE"]),
            WebSocketRoute("/{rest:path}", Sessions(world, pipeline, faults, calls)),
        ],
        middleware=[Middleware(let_browsers_in)],
        lifespan=lambda _: keep(world, snapshot, upkeep),
    )
    return Entrance(Door(pipeline, faults, calls), others)


@contextlib.asynccontextmanager
async def keep(world: World, snapshot: Snapshot | None, upkeep: Upkeep) -> AsyncIterator[None]:
    working = asyncio.create_task(upkeep.work())
    keeping = asyncio.create_task(snapshot.keep()) if snapshot else None
    yield
    upkeep.stop()
    await working
    await world.processors.close()
    if snapshot and keeping:
        snapshot.stop()
        await keeping
