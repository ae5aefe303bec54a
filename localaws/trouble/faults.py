"""Trouble on purpose: errors, delays and cut connections, so that a client can be seen to survive them."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.trouble.subject import Subject
    from localaws.wire.dialects import Dialect

TOO_MANY, UNAVAILABLE, FORBIDDEN = 429, 503, 403
EXPIRED = "The security token included in the request is expired"


@dataclass
class Fault:
    """What goes wrong, and for whom: `principal` and `resource` are ARNs in which stars stand for anything.

    Times in seconds. Out of all calls that it could hit, the first `skip` are spared, and then no more than `count` are
    hit; None is for ever. Of every `every` seconds it is only awake for the first `lasting`.
    """

    service: str | None = None
    operation: str | None = None
    principal: str | None = None
    access_key: str | None = None
    resource: str | None = None
    status: int | None = None
    code: str | None = None
    message: str = "This fault was asked for."
    expired: bool = False
    retry_after: int | None = None
    latency: float = 0.0
    jitter: float = 0.0
    drop: bool = False
    probability: float = 1.0
    seed: int | None = None
    skip: int = 0
    count: int | None = None
    every: float | None = None
    lasting: float | None = None

    def show(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def concerns(self, subject: Subject) -> bool:
        """What costs most to find out is asked last."""
        return (
            self.service in (None, subject.service)
            and self.operation in (None, subject.operation)
            and self.access_key in (None, subject.access_key)
            and (self.principal is None or fnmatchcase(subject.principal or "", self.principal))
            and (self.resource is None or any(fnmatchcase(arn, self.resource) for arn in subject.arns))
        )

    def error(self, dialect: Dialect) -> AWSError | None:
        """What to answer in place of doing the work; None to do it."""
        if self.expired:
            return AWSError(dialect.expired, EXPIRED, FORBIDDEN)
        if self.status is None:
            return None
        codes = {TOO_MANY: dialect.throttled, UNAVAILABLE: dialect.unavailable}
        return AWSError(self.code or codes.get(self.status, dialect.failure), self.message, self.status)


class Threat:
    """A fault that is at large. The dice are its own, so that a seed brings the same misfortunes each time."""

    def __init__(self, fault: Fault, now: float) -> None:
        self.fault = fault
        self.since = now
        self.dice = random.Random(fault.seed)  # noqa: S311 - no secret hangs on it

    def hits(self, subject: Subject, now: float) -> bool:
        """Whoever it hits, or spares only for this time, is counted by this."""
        fault = self.fault
        if fault.count == 0 or not self.is_awake(now) or not fault.concerns(subject):
            return False
        if fault.skip > 0:
            fault.skip -= 1
            return False
        if self.dice.random() >= fault.probability:
            return False
        if fault.count is not None:
            fault.count -= 1
        return True

    def is_awake(self, now: float) -> bool:
        fault = self.fault
        if fault.every is None or fault.lasting is None:
            return True
        return (now - self.since) % fault.every < fault.lasting

    def draw_latency(self) -> float:
        return self.fault.latency + self.fault.jitter * self.dice.random()


@dataclass(frozen=True)
class Misfortune:
    """A fault that has hit a call, and how long the call has to wait for it."""

    fault: Fault
    latency: float


class Faults:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.threats: list[Threat] = []

    def put(self, faults: list[Fault]) -> None:
        """In place of all before."""
        now = self.clock()
        self.threats = [Threat(fault, now) for fault in faults]

    def show(self) -> list[dict[str, Any]]:
        return [threat.fault.show() for threat in self.threats]

    def take(self, subject: Subject) -> Misfortune | None:
        """Of the first fault that hits."""
        if not self.threats:
            return None
        now = self.clock()
        for threat in self.threats:
            if threat.hits(subject, now):
                return Misfortune(threat.fault, threat.draw_latency())
        return None
