"""What Chime does by itself, while nobody calls."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING

from localaws.chime.identity.expiration import delete_expired_users
from localaws.chime.identity.retention import delete_forgotten_messages
from localaws.chime.messaging.channel_expiration import delete_expired_channels

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.call import World

log = logging.getLogger("localaws")
SHORTEST_INTERVAL = 0.01

# Each is called with the time, in seconds since 1970, at every turn of the expiration job.
JOBS: tuple[Callable[[World, float], None], ...] = (
    delete_expired_users,
    delete_expired_channels,
    delete_forgotten_messages,
)


class Upkeep:
    def __init__(self, world: World) -> None:
        self.world = world
        self.called = asyncio.Event()
        self.stopped = False

    async def work(self) -> None:
        """Runs until it is stopped. What is still on its way then arrives at once, so that it can be kept."""
        while not self.stopped:
            if await self.is_called_before(self.world.behaviour.expiration_job_interval):
                self.called.clear()
            else:
                self.do_jobs()
        self.world.propagation.settle_all()

    async def is_called_before(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.called.wait(), max(seconds, SHORTEST_INTERVAL))
        return self.called.is_set()

    def do_jobs(self) -> None:
        """One that fails must not end those that follow, nor the next turn."""
        for job in JOBS:
            try:
                job(self.world, time.time())
            except Exception:
                log.exception("A job of the upkeep failed: %s", job.__name__)

    def look_again(self) -> None:
        """The interval may have been changed."""
        self.called.set()

    def stop(self) -> None:
        self.stopped = True
        self.called.set()
