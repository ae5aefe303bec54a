"""`python -m benchmarks.provisioning` measures how fast people come in, and how Chime follows.

Everything runs on the machine's cores together, as in a small installation; figures are ratios to what can't be done
without, and rates of the whole.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from benchmarks.portal import Portal
from benchmarks.provisioning import chime, comparison, people, scim

if TYPE_CHECKING:
    from collections.abc import Callable

_PER_INSTANCE, _PER_ACCOUNT = 10, 50  # users a second that Chime takes


def main() -> None:
    asked = _arguments()
    for name in asked.part or PARTS:
        PARTS[name](asked.most)


def measure_scim(most: int) -> None:
    number = min(most, 10_000)
    with tempfile.TemporaryDirectory() as name:
        portal = Portal(Path(name) / "portal", {"SCIM_REQUESTS_PER_MINUTE": "1000000"})
        token = scim.token_of(portal)
        with portal:
            before = portal.cpu_seconds
            rate = scim.push(portal.port, token, number)
            spent = portal.cpu_seconds - before
    tell(f"SCIM, {number:,} users, one web worker", f"{rate:.0f} a second, {number / spent:.0f} a second of CPU")


def measure_chime(most: int) -> None:
    users = min(most, 300)
    for workers in (1, 8):
        one = _somewhere(chime.with_quotas, tenants=1, users=users, workers=workers)
        all_ = _somewhere(chime.with_quotas, tenants=10, users=users, workers=workers)
        _tell_quota(f"one app instance, {workers} workers", one, _PER_INSTANCE)
        _tell_quota(f"one account, 10 app instances, {workers} workers", all_, _PER_ACCOUNT)
    ours, bare = _somewhere(chime.beside_boto3, users=min(most, 1_500), rounds=3)
    tell("no quotas, one worker of eight threads", f"{ours:.0f} a second, {ours / bare:.0%} of bare boto3's {bare:.0f}")


def measure_directory(most: int) -> None:
    for number in _sizes(most, 100_000):
        first, again = _somewhere(people.imported, number)
        tell(
            f"LDAP, {number:,} people",
            f"{number / first.seconds:.0f} a second, at most {first.peak_mib:.0f} MiB; "
            f"all again {number / again.seconds:.0f} a second, {again.peak_mib:.0f} MiB",
        )
    for number in _sizes(most, 1_000_000):
        seconds, mib = _somewhere(people.made_up, number)
        tell(f"the database's part, {number:,} people", f"{number / seconds:.0f} a second, at most {mib:.0f} MiB")


def measure_comparison(most: int) -> None:
    for number in _sizes(most, 100_000):
        within = _somewhere(comparison.within_quota, number)
        beside = _somewhere(comparison.beside_boto3, number)
        tell(
            f"comparison, {number:,} equal users",
            f"{within.seconds:.1f} s, {within.seconds / within.floor:.2f} times the floor of the quota, "
            f"at most {within.peak_mib:.0f} MiB",
        )
        tell("without the quota", f"{beside.seconds:.1f} s, beside bare boto3's {beside.floor:.1f} s for the list")


T = TypeVar("T")
PARTS: dict[str, Callable[[int], None]] = {
    "scim": measure_scim,
    "chime": measure_chime,
    "directory": measure_directory,
    "comparison": measure_comparison,
}


def tell(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:48} {figure}\n")
    sys.stdout.flush()


def _tell_quota(what: str, seen: chime.Seen, allowed: int) -> None:
    tell(what, f"{seen.per_second / allowed:.1%} of {allowed} users a second, {seen.throttled:.2%} of calls throttled")


def _sizes(most: int, end: int) -> list[int]:
    return [number for number in (1_000, 10_000, 100_000, 1_000_000) if number <= min(most, end)]


def _somewhere(measure: Callable[..., T], *arguments: int, **named: int) -> T:
    with tempfile.TemporaryDirectory() as name:
        return measure(Path(name), *arguments, **named)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.provisioning", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="may be given several times; all when not")
    parser.add_argument("--most", type=int, default=10_000, help="users, of the largest measurement (default: 10000)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
