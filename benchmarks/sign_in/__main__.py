"""`python -m benchmarks.sign_in` starts the portal on loopback, measures its sign-in for two minutes or so, and tells.

The portal has the first core for itself and whoever signs in has the others. Figures are medians of several rounds.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.portal import Portal
from benchmarks.sign_in.hashing import checks_per_second
from benchmarks.sign_in.page import Times, time_page
from benchmarks.sign_in.people import fill
from benchmarks.sign_in.visits import Rate, sign_in_all

ROUNDS, SIGN_INS, TENANTS, PROVIDERS = 3, 200, 1_000, 5


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        measure_rate(Path(name) / "rate")
        measure_page(Path(name) / "page")


def measure_rate(folder: Path) -> None:
    """Each round looks at the hash alone and at the whole sign-in, one right after the other."""
    portal = Portal(folder)
    fill(portal, users=SIGN_INS)
    with portal:
        rounds = [(checks_per_second(), sign_in_all(portal, SIGN_INS)) for _ in range(ROUNDS)]
    checks, rate = median(checks for checks, _ in rounds), _middle([rate for _, rate in rounds])
    tell("argon2id alone, by one core", f"{checks:.1f} checks a second")
    tell("sign-ins by one core", f"{rate.per_cpu_second:.1f} a second of CPU, {rate.per_second:.1f} a second in all")
    tell("of what the hash alone would allow", f"{rate.per_cpu_second / checks:.0%}")


def measure_page(folder: Path) -> None:
    portal = Portal(folder)
    fill(portal, tenants=1, providers=PROVIDERS)
    with portal:
        few = time_page(portal, tenants=1)
        fill(portal, tenants=TENANTS, providers=PROVIDERS)
        many = time_page(portal, tenants=TENANTS)
    tell(f"sign-in page, 1 tenant of {PROVIDERS} providers", _told(few))
    tell(f"sign-in page, {TENANTS:,} tenants of {PROVIDERS} providers", _told(many))
    tell("the one beside the other", f"{many.median / few.median:.2f} times as long")


def _middle(rates: list[Rate]) -> Rate:
    return sorted(rates, key=lambda rate: rate.per_cpu_second)[len(rates) // 2]


def _told(times: Times) -> str:
    return f"half within {times.median:.1f} ms, 99 % within {times.slowest:.1f} ms"


def tell(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:48} {figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
