"""AWS's quotas, off until somebody turns them on: how many calls a second, and how much of everything."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.trouble.amounts import AMOUNTS
from localaws.trouble.buckets import Buckets
from localaws.trouble.rates import RATES
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.call import Call
    from localaws.trouble.amounts import Amount
    from localaws.trouble.call_log import Entry
    from localaws.trouble.rates import Rate

NAMES = {quota.code: quota.name for quota in (*RATES, *AMOUNTS)}
LEAST_RATE = 0.001
LONGEST_ECHO = 64


class QuotaError(ValueError):
    """There is no such quota, or it can't have such a value. The sentence says which."""


@dataclass
class Quotas:
    """`scale` multiplies all rates; `values` are those of quotas, by code, that differ from AWS's defaults."""

    clock: Callable[[], float] = time.monotonic
    on: bool = False
    scale: float = 1
    values: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.buckets = Buckets(self.clock)
        self.rates: dict[tuple[str, str], list[Rate]] = {}

    def throttle(self, call: Call, entry: Entry) -> None:
        """Raises AWSError when the call is over one of the rates; then it counts for none of them."""
        if not self.on:
            return
        wanted = {}
        for rate in self.find_rates(call.operation.service, call.operation.name):
            scope = rate.scope(call)
            if scope is not None:
                wanted[(rate.code, call.region, scope)] = self.values.get(rate.code, rate.figure(call)) * self.scale
        exceeded = self.buckets.take(wanted)
        if exceeded:
            entry.verdict, entry.throttled_by = "throttled", exceeded[0]
            raise AWSError(call.operation.dialect.throttled, "Rate exceeded")

    def find_rates(self, service: str, operation: str) -> list[Rate]:
        key = (service, operation)
        if key not in self.rates:
            self.rates[key] = [rate for rate in RATES if rate.covers(service, operation)]
        return self.rates[key]

    def refuse_excess(self, amount: Amount, total: int) -> None:
        """`total` is what there would be. Raises AWSError."""
        most = self.values.get(amount.code, amount.most)
        if self.on and total > most:
            raise AWSError("ResourceLimitExceededException", f"There can't be more than {most:.0f} {amount.name}.")

    def turn(self, wishes: Any) -> None:
        """Sets what is named: On, Scale and quotas by their codes; nothing when one of them can't be. QuotaError."""
        if not isinstance(wishes, dict):
            raise QuotaError("Quotas are an object of On, Scale and the codes of quotas.")
        values = {code: read_value(code, value) for code, value in wishes.items() if code not in ("On", "Scale")}
        on, scale = wishes.get("On", self.on), read_value("Scale", wishes.get("Scale", self.scale))
        if not isinstance(on, bool):
            raise QuotaError("On must be true or false.")
        self.on, self.scale = on, scale
        self.values.update(values)
        self.buckets.clear()

    def show(self) -> dict[str, Any]:
        return {"On": self.on, "Scale": self.scale, **self.values}

    def reset(self, shown: dict[str, Any]) -> None:
        """As it was when that was shown."""
        self.values.clear()
        self.turn(shown)


def read_value(code: str, value: Any) -> float:
    if code != "Scale" and code not in NAMES:
        raise QuotaError(f"There is no quota {code[:LONGEST_ECHO]}; there are {', '.join(NAMES)}.")
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise QuotaError(f"{code} must be a number.")
    if not math.isfinite(value) or value < LEAST_RATE:
        raise QuotaError(f"{code} must be a number of at least {LEAST_RATE}.")
    return value


def tell() -> list[dict[str, Any]]:
    """All quotas, as AWS has them by default."""
    return [*map(tell_rate, RATES), *({"Code": each.code, "Name": each.name, "Most": each.most} for each in AMOUNTS)]


def tell_rate(rate: Rate) -> dict[str, Any]:
    told: dict[str, Any] = {"Code": rate.code, "Name": rate.name, "PerSecond": rate.per_second}
    if rate.in_frankfurt is not None:
        told["PerSecondInEuCentral1"] = rate.in_frankfurt
    if rate.of_elastic_channels is not None:
        told["PerSecondOfElasticChannels"] = rate.of_elastic_channels
    return told
