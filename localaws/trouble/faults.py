"""Trouble on purpose: errors, delays and cut connections, so that a client can be seen to survive them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localaws.wire.dialects import SERVICES
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.wire.dialects import Dialect

LONGEST_LATENCY = 600
TOO_MANY, UNAVAILABLE = 429, 503


@dataclass
class Fault:
    """`latency` in seconds. `remaining` counts the calls that it still hits; None is for ever."""

    service: str | None = None
    operation: str | None = None
    status: int | None = None
    code: str | None = None
    message: str = "This fault was asked for."
    probability: float = 1.0
    count: int | None = None
    retry_after: int | None = None
    latency: float = 0.0
    drop: bool = False

    def hits(self, service: str, operation: str) -> bool:
        if self.service not in (None, service) or self.operation not in (None, operation):
            return False
        return self.count != 0 and random.random() < self.probability  # noqa: S311 - no secret hangs on it

    def spend(self) -> None:
        if self.count is not None:
            self.count -= 1

    def error(self, dialect: Dialect) -> AWSError | None:
        """What to answer in place of doing the work; None to do it."""
        if self.status is None:
            return None
        codes = {TOO_MANY: dialect.throttled, UNAVAILABLE: dialect.unavailable}
        return AWSError(self.code or codes.get(self.status, dialect.failure), self.message, self.status)


class Faults:
    def __init__(self) -> None:
        self.active: list[Fault] = []

    def take(self, service: str, operation: str) -> Fault | None:
        """The first fault that hits; it is spent by this."""
        for fault in self.active:
            if fault.hits(service, operation):
                fault.spend()
                return fault
        return None


KINDS = {
    "service": (str,),
    "operation": (str,),
    "status": (int,),
    "code": (str,),
    "message": (str,),
    "probability": (int, float),
    "count": (int,),
    "retry_after": (int,),
    "latency": (int, float),
    "drop": (bool,),
}


def read_faults(document: Any) -> list[Fault]:
    """One fault or a list of them. Raises ValueError with a sentence."""
    return [read_fault(each) for each in (document if isinstance(document, list) else [document])]


def read_fault(fields: Any) -> Fault:
    if not isinstance(fields, dict) or fields.keys() - KINDS.keys():
        raise ValueError(f"A fault is an object of {', '.join(KINDS)}.")
    for name, value in fields.items():
        if not isinstance(value, KINDS[name]) or (isinstance(value, bool) and name != "drop"):
            raise ValueError(f"{name} is of the wrong type.")
    if not 0 <= fields.get("probability", 1) <= 1 or not 0 <= fields.get("latency", 0) <= LONGEST_LATENCY:
        raise ValueError(
            f"The probability lies between 0 and 1, and the latency between 0 and {LONGEST_LATENCY} seconds."
        )
    if fields.get("service", SERVICES[0]) not in SERVICES:
        raise ValueError(f"The service is one of {', '.join(SERVICES)}.")
    if "status" in fields and fields["status"] not in range(400, 600):
        raise ValueError("The status of a fault lies between 400 and 599.")
    return Fault(**fields)
