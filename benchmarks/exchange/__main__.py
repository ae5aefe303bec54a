"""`python -m benchmarks.exchange` measures the exchange beside what it can't do without, and beside AWS's article.

Whoever is measured has the first core for itself; a stub of AWS, and those who ask, have the others.
Figures are medians of several rounds, each of which looks at all of them, one right after the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.exchange.load import Asked, Rate, as_fast_as_can_be, at_a_pace
from benchmarks.exchange.people import ACCOUNT, ROLE, Caller, fill
from benchmarks.portal import Portal
from benchmarks.process import FIRST_CORE, HOST, ROOT, Process

ROUNDS, TIMES, PACED = 3, 1_500, 1_500
TENANTS, USERS = (1, 10_000), (1_000, 1_000_000)
# Nobody is to be told to wait: what is measured is the work.
_LIMITS = {"EXCHANGES_PER_MINUTE": "100000000", "STS_PER_SECOND": "1000000"}
_NODE = ROOT / "benchmarks/exchange/node"


def main() -> None:
    stub = Process(
        [sys.executable, "-m", "benchmarks.exchange.aws"], environment=os.environ, listens="listens at", alone=False
    )
    with stub, tempfile.TemporaryDirectory() as name:
        aws = _aws(stub.port)
        measure_rates(Path(name) / "rates", aws)
        measure_growth(Path(name) / "growth", aws)


def measure_rates(folder: Path, aws: dict[str, str]) -> None:
    portal = Portal(folder, aws | _LIMITS)
    callers = fill(portal, users=1_000)
    node = Process(_node(f"{ACCOUNT}/a", ROLE), environment=os.environ | aws, listens="listens at")
    rounds = []
    with portal, node:
        as_fast_as_can_be(portal, fresh(callers), len(callers))  # That a token was used is noted now and then.
        for _ in range(ROUNDS):
            rate = as_fast_as_can_be(portal, fresh(callers), TIMES)
            fill(portal, users=1_000, reuse=True)
            again = as_fast_as_can_be(portal, reused(callers), TIMES)
            fill(portal, users=1_000, reuse=False)
            article = as_fast_as_can_be(node, Asked("POST", "/creds", callers), TIMES)
            rounds.append((rate, again, article, _bare(aws)))
        paced = at_a_pace(portal, fresh(callers), per_second=_of(rounds, 0).per_second / 2, times=PACED)
    bare = median(one[3] for one in rounds)
    rate, again, article = (_of(rounds, place) for place in range(3))
    tell("(i) fresh credentials", f"{rate.per_cpu_second:.0f} a second of CPU")
    tell("(ii) the same again", f"{again.per_cpu_second:.0f} a second of CPU")
    tell("(iii) the article's handler on Node", f"{article.per_cpu_second:.0f} a second of CPU")
    tell("(iv) bare boto3 AssumeRole", f"{bare:.0f} a second of CPU")
    tell("fresh, of what bare boto3 would allow", f"{rate.per_cpu_second / bare:.0%}")
    tell("the same again, beside the article's handler", f"{again.per_cpu_second / article.per_cpu_second:.0%}")
    tell("fresh, at half load", f"half within {paced.median:.1f} ms, 99 % within {paced.slowest:.1f} ms")


def measure_growth(folder: Path, aws: dict[str, str]) -> None:
    portal = Portal(folder, aws | _LIMITS)
    fill(portal, tenants=TENANTS[0], users=USERS[0])
    few = fill(portal, users=USERS[0], reuse=False)
    with portal:
        small = _both(portal, few)
        callers = fill(portal, tenants=TENANTS[1], users=USERS[0])
        tenants = _both(portal, callers)
        callers = fill(portal, tenants=TENANTS[1], users=USERS[1])
        users = _both(portal, callers)
    tell(f"{TENANTS[0]} tenant, {USERS[0]:,} users", f"{small.per_cpu_second:.0f} fresh a second of CPU")
    tell(
        f"{TENANTS[1]:,} tenants, {USERS[0]:,} users", f"{tenants.per_cpu_second / small.per_cpu_second:.2f} times that"
    )
    tell(f"{TENANTS[1]:,} tenants, {USERS[1]:,} users", f"{users.per_cpu_second / small.per_cpu_second:.2f} times that")


def fresh(callers: list[Caller]) -> Asked:
    return Asked("POST", "/api/v1/exchange", callers, body="{}")


def reused(callers: list[Caller]) -> Asked:
    return Asked("GET", "/api/v1/credentials", callers)


def tell(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:48} {figure}\n")
    sys.stdout.flush()


def _both(portal: Portal, callers: list[Caller]) -> Rate:
    as_fast_as_can_be(portal, fresh(callers), 50)
    return max(
        (as_fast_as_can_be(portal, fresh(callers), TIMES) for _ in range(ROUNDS)), key=lambda r: r.per_cpu_second
    )


def _of(rounds: list[tuple[Rate, Rate, Rate, float]], place: int) -> Rate:
    rates: list[Rate] = [one[place] for one in rounds]  # type: ignore[misc]
    return sorted(rates, key=lambda rate: rate.per_cpu_second)[len(rates) // 2]


def _bare(aws: dict[str, str]) -> float:
    command = ["taskset", "--cpu-list", str(FIRST_CORE), sys.executable, "-m", "benchmarks.exchange.bare", str(TIMES)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | aws, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def _node(*arguments: str) -> list[str]:
    install = ["sh", str(ROOT / "deploy/install/node.sh")]
    subprocess.run([*install, "npm", "ci", "--silent"], cwd=_NODE, check=True)
    return [*install, "node", str(_NODE / "handler.mjs"), *arguments]


def _aws(port: int) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE12",
        "AWS_SECRET_ACCESS_KEY": "for-measuring-only",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


if __name__ == "__main__":
    main()
