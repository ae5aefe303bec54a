"""`python -m benchmarks.exchange.bare`: AssumeRole by boto3 and nothing around it, by seconds of CPU."""

from __future__ import annotations

import sys
import time

import boto3

from benchmarks.exchange.people import ROLE

_TAGS = ("UserUUID", "AppInstanceId", "TenantId", "ExchangeId")


def main() -> None:
    times = int(sys.argv[1])
    sts = boto3.client("sts")
    _assume(sts)
    began = time.process_time()
    for _ in range(times):
        _assume(sts)
    sys.stdout.write(f"{times / (time.process_time() - began)}\n")


def _assume(sts: object) -> None:
    sts.assume_role(  # type: ignore[attr-defined]
        RoleArn=ROLE,
        RoleSessionName="chime_0f8ab6ba-243b-4c97-95f0-9892c6fa54d9",
        DurationSeconds=3600,
        Tags=[{"Key": key, "Value": "0f8ab6ba-243b-4c97-95f0-9892c6fa54d9"} for key in _TAGS],
        ExternalId="e" * 32,
    )


if __name__ == "__main__":
    main()
