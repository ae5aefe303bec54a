"""How long the sign-in page takes when nobody else asks, seen from the other end of a connection."""

from __future__ import annotations

import http.client
import time
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.process import HOST

if TYPE_CHECKING:
    from benchmarks.portal import Portal

_LOOKS = 500


@dataclass(frozen=True)
class Times:
    """Milliseconds: of half the pages, and of 99 in a hundred, none was slower."""

    median: float
    slowest: float


def time_page(portal: Portal, *, tenants: int) -> Times:
    """Look at the pages of all tenants in turn."""
    with closing(http.client.HTTPConnection(HOST, portal.port, timeout=60)) as connection:
        _look(connection, 0)
        seconds = [_look(connection, number % tenants) for number in range(_LOOKS)]
    return Times(median(seconds) * 1000, quantiles(seconds, n=100)[-1] * 1000)


def _look(connection: http.client.HTTPConnection, tenant: int) -> float:
    began = time.perf_counter()
    connection.request("GET", "/account/login/", headers={"Host": f"t{tenant}.localhost"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(f"The sign-in page answers {answer.status}.")
    return time.perf_counter() - began
