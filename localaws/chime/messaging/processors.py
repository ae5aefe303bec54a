"""Processors of channel flows: an HTTP address takes the place of each Lambda function.

It gets the event that the function would get, as the JSON body of a POST, and answers by ChannelFlowCallback.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECONDS_TO_ANSWER = 10
MOST_AT_ONCE = 20
MOST_WAITING = 1000


@dataclass(frozen=True)
class Invocation:
    """`fail` is called when the processor can't be reached, or does not take the event."""

    lambda_arn: str
    event: dict[str, Any]
    fail: Callable[[], None]


class Processors:
    def __init__(self, addresses: Mapping[str, str] | None = None) -> None:
        self.addresses = dict(addresses or {})
        self.tasks: set[asyncio.Task[None]] = set()

    @cached_property
    def client(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=MOST_AT_ONCE)
        timeout = httpx.Timeout(SECONDS_TO_ANSWER, pool=None)
        return httpx.AsyncClient(limits=limits, timeout=timeout, trust_env=False)

    def invoke(self, invocation: Invocation) -> None:
        """Nobody waits for it, so that a failure, too, comes after the answer to the call that led to it."""
        address = self.addresses.get(invocation.lambda_arn)
        if address is None or len(self.tasks) >= MOST_WAITING:
            asyncio.get_running_loop().call_soon(invocation.fail)
            return
        task = asyncio.create_task(self.post(address, invocation))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def post(self, address: str, invocation: Invocation) -> None:
        try:
            answer = await self.client.post(address, json=invocation.event)
            answer.raise_for_status()
        except httpx.HTTPError:
            invocation.fail()

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if "client" in vars(self):
            await self.client.aclose()
