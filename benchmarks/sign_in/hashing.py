"""How often one core can check a password, with nothing around it."""

from __future__ import annotations

import os
import time

from argon2 import PasswordHasher

from benchmarks.portal import PASSWORD
from benchmarks.process import FIRST_CORE, OTHER_CORES

# The portal's own: docs/settings.md, and OWASP's Password Storage Cheat Sheet.
_HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_CHECKS = 50


def checks_per_second() -> float:
    """Count by seconds of CPU, on the core on which the portal runs."""
    digest = _HASHER.hash(PASSWORD)
    os.sched_setaffinity(0, {FIRST_CORE})
    began = time.process_time()
    for _ in range(_CHECKS):
        _HASHER.verify(digest, PASSWORD)
    spent = time.process_time() - began
    os.sched_setaffinity(0, OTHER_CORES or {FIRST_CORE})
    return _CHECKS / spent
