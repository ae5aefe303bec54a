"""The crash test as a command: `python -m tests.crash --help`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.crash.story import QUOTA, crash
from tests.journeys.house import PROFILES, running


def main() -> int:
    asked = _arguments()
    for profile in asked.profile or PROFILES:
        print(f"{profile}:", flush=True)
        with tempfile.TemporaryDirectory(prefix="crash-") as folder:
            for house in running(profile, Path(folder), **QUOTA):
                outcome = crash(
                    house,
                    tenants=asked.tenants,
                    changes=asked.changes,
                    workers=asked.workers,
                    seed=asked.seed,
                    patience=asked.patience,
                    tell=lambda line: print(f"  {line}", flush=True),
                )
        print(f"  {outcome}", flush=True)
        print(f"{profile}: {'well' if outcome.is_well else 'NOT WELL'}", flush=True)
        if not outcome.is_well:
            return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--profile", action="append", choices=PROFILES, help="may be given several times; all when not")
    parser.add_argument("--tenants", type=int, default=20)
    parser.add_argument("--changes", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.randrange(2**31), help="brings the same misfortunes again")  # noqa: S311
    parser.add_argument("--patience", type=float, default=600, help="seconds until all has to be well again")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
