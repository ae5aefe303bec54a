"""Many who ask: as fast as they are answered, or at a steady pace with their waiting measured."""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.process import HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.exchange.people import Caller
    from benchmarks.process import Process

_AT_ONCE = 2


@dataclass(frozen=True)
class Asked:
    """One kind of request, by whoever's turn it is."""

    method: str
    path: str
    callers: Sequence[Caller]
    body: str = ""

    def by(self, number: int) -> tuple[str, dict[str, str]]:
        caller = self.callers[number % len(self.callers)]
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        headers = {"Host": caller.host, "Authorization": f"Bearer {caller.token}", "X-Forwarded-For": address}
        return self.body, headers | ({"Content-Type": "application/json"} if self.body else {})


@dataclass(frozen=True)
class Rate:
    per_second: float
    per_cpu_second: float


@dataclass(frozen=True)
class Waits:
    """Milliseconds: of half the requests, and of 99 in a hundred, none took longer."""

    median: float
    slowest: float


def as_fast_as_can_be(server: Process, asked: Asked, times: int) -> Rate:
    numbers, began, spent = count(), time.perf_counter(), server.cpu_seconds
    _together(lambda: _ask_until(server.port, asked, lambda: next(numbers), times))
    spent = server.cpu_seconds - spent
    return Rate(times / (time.perf_counter() - began), times / spent)


def at_a_pace(server: Process, asked: Asked, *, per_second: float, times: int) -> Waits:
    """Each has a moment of their own, and waits from that moment on, be the one before answered or not."""
    numbers, began, waits = count(), time.perf_counter() + 0.1, []

    def turn() -> int:
        number = next(numbers)
        time.sleep(max(began + number / per_second - time.perf_counter(), 0))
        return number

    def note(number: int) -> None:
        waits.append(time.perf_counter() - began - number / per_second)

    _together(lambda: _ask_until(server.port, asked, turn, times, note), at_once=4)
    return Waits(median(waits) * 1000, quantiles(waits, n=100)[-1] * 1000)


def _together(work: Callable[[], None], at_once: int = _AT_ONCE) -> None:
    failed: list[BaseException] = []

    def tried() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told below, by the thread that waits
            failed.append(error)

    threads = [threading.Thread(target=tried) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _ask_until(
    port: int, asked: Asked, turn: Callable[[], int], times: int, note: Callable[[int], None] | None = None
) -> None:
    with closing(http.client.HTTPConnection(HOST, port, timeout=60)) as connection:
        while (number := turn()) < times:
            body, headers = asked.by(number)
            connection.request(asked.method, asked.path, body=body or None, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"{asked.path} answers {answer.status}: {content[:300]!r}")
            if note:
                note(number)
