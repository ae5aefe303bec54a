"""Faults as JSON has them."""

from __future__ import annotations

import math
from typing import Any

from localaws.trouble.faults import Fault
from localaws.wire.dialects import SERVICES

LONGEST_LATENCY = 600
NUMBERS = {"latency", "jitter", "probability", "every", "lasting"}
WHOLE_NUMBERS = {"status", "retry_after", "seed", "skip", "count"}
SWITCHES = {"expired", "drop"}
TEXTS = {"service", "operation", "principal", "access_key", "resource", "code", "message"}
KNOWN = sorted(NUMBERS | WHOLE_NUMBERS | SWITCHES | TEXTS)


def read_faults(document: Any) -> list[Fault]:
    """One fault or a list of them. Raises ValueError with a sentence."""
    return [read_fault(each) for each in (document if isinstance(document, list) else [document])]


def read_fault(wishes: Any) -> Fault:
    if not isinstance(wishes, dict) or wishes.keys() - set(KNOWN):
        raise ValueError(f"A fault is an object of {', '.join(KNOWN)}.")
    for name, value in wishes.items():
        refuse_wrong_kind(name, value)
    fault = Fault(**wishes)
    refuse_nonsense(fault)
    refuse_wrong_times(fault)
    return fault


def refuse_wrong_kind(name: str, value: Any) -> None:
    if name in SWITCHES:
        fits, kind = isinstance(value, bool), "true or false"
    elif name in TEXTS:
        fits, kind = isinstance(value, str), "a text"
    elif name in WHOLE_NUMBERS:
        fits, kind = isinstance(value, int) and not isinstance(value, bool), "a whole number"
    else:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        kind = "a number"
    if not fits:
        raise ValueError(f"The {name} of a fault must be {kind}.")


def refuse_nonsense(fault: Fault) -> None:
    if fault.service not in (None, *SERVICES):
        raise ValueError(f"The service of a fault is one of {', '.join(SERVICES)}.")
    if fault.status is not None and fault.status not in range(400, 600):
        raise ValueError("The status of a fault lies between 400 and 599.")
    if fault.expired and fault.status is not None:
        raise ValueError("A fault has a status or expired credentials, not both.")
    if not 0 <= fault.probability <= 1:
        raise ValueError("The probability of a fault lies between 0 and 1.")
    if min(fault.skip, fault.count or 0, fault.retry_after or 0) < 0:
        raise ValueError("The skip, count and retry_after of a fault can't be negative.")


def refuse_wrong_times(fault: Fault) -> None:
    if not (0 <= fault.latency <= LONGEST_LATENCY and 0 <= fault.jitter <= LONGEST_LATENCY):
        raise ValueError(f"The latency and the jitter of a fault lie between 0 and {LONGEST_LATENCY} seconds.")
    if (fault.every is None) != (fault.lasting is None):
        raise ValueError("A fault has every and lasting together: of how many seconds it is awake for how many.")
    if fault.every is not None and fault.lasting is not None and not 0 < fault.lasting <= fault.every:
        raise ValueError("The lasting of a fault lies between 0 and its every.")
