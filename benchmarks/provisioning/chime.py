"""New users on their way to Chime: beside its quotas, and beside bare boto3 where there are none."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from statistics import median
from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks.provisioning.ground import FREE, ground
from tests.servers.localaws import stagehand

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.provisioning.ground import Ground

THREADS = 8  # as a worker has them
_PATIENCE = 300  # seconds
_EDGES = 0.1  # of the calls, at either end, are not looked at: buckets are full at first
_FILL = """
from accounts.models import User
from tenants.models import Tenant
from tenants.scope import scope
from tenants.services import link_aws, open_tenant

for number, arn in enumerate({arns}):
    tenant = open_tenant(slug=f"{slug}-{{number}}", name="Measured", hosts=[f"{slug}-{{number}}.localhost"])
    with scope(tenant):
        User.objects.bulk_create(
            [User(tenant=tenant, username=f"user{{n}}", password="!") for n in range({users})], batch_size=2_000
        )
        link_aws(tenant, app_instance_arn=arn)
"""


@dataclass(frozen=True)
class Seen:
    """What localaws saw of a crowd that was to be created."""

    per_second: float
    throttled: float  # of all calls


def with_quotas(folder: Path, *, tenants: int, users: int, workers: int) -> Seen:
    """Let workers create the users of some tenants of one account, with the quotas that AWS has."""
    with ground(folder) as here:
        fill(here, slug="quotas", tenants=tenants, users=users)
        here.control("PUT", "/_localaws/quotas", {"On": True})
        with here.workers(workers):
            return watch(here, tenants * users)


def beside_boto3(folder: Path, *, users: int, rounds: int) -> tuple[float, float]:
    """Without quotas: how many a second one worker creates, and how many bare boto3 does with as many threads."""
    ours, bare = [], []
    with ground(folder, None, **FREE) as here:
        for turn in range(rounds):
            fill(here, slug=f"free-{turn}", tenants=1, users=users)
            with here.workers(1):
                ours.append(watch(here, users).per_second)
            bare.append(_bare(here, users))
    return median(ours), median(bare)


def fill(here: Ground, *, slug: str, tenants: int, users: int) -> None:
    """Make tenants with users whom Chime does not know yet: all of them wait before the first worker starts."""
    identity = stagehand(here.aws, "chime-sdk-identity")
    made = [identity.create_app_instance(Name=slug, ClientRequestToken=str(uuid4())) for _ in range(tenants)]
    here.shell(_FILL.format(arns=[one["AppInstanceArn"] for one in made], slug=slug, users=users))
    here.control("DELETE", "/_localaws/calls")


def watch(here: Ground, number: int) -> Seen:
    """Look into localaws's log, which forgets, until so many users are created."""
    moments, calls, throttled = list[float](), 0, 0
    until = time.monotonic() + _PATIENCE
    while len(moments) < number:
        if time.monotonic() > until:
            raise SystemExit(f"Only {len(moments)} of {number} users were created in {_PATIENCE} seconds.")
        time.sleep(0.5)
        log = [one for one in here.control("DELETE", "/_localaws/calls")["calls"] if "User" in one["operation"]]
        moments += [
            one["time"]
            for one in log
            if one["operation"] == "CreateAppInstanceUser" and one["status"] == HTTPStatus.CREATED
        ]
        calls, throttled = calls + len(log), throttled + sum(one["verdict"] == "throttled" for one in log)
    return Seen(_rate(sorted(moments)), throttled / calls)


def _rate(moments: list[float]) -> float:
    edge = int(len(moments) * _EDGES)
    middle = moments[edge : len(moments) - edge]
    return (len(middle) - 1) / (middle[-1] - middle[0])


def _bare(here: Ground, number: int) -> float:
    """CreateAppInstanceUser in a loop, by the same number of threads."""
    client = stagehand(here.aws, "chime-sdk-identity")
    arn = client.create_app_instance(Name="bare", ClientRequestToken=str(uuid4()))["AppInstanceArn"]
    turns = count()
    here.control("DELETE", "/_localaws/calls")

    def work() -> None:
        while (turn := next(turns)) < number:
            client.create_app_instance_user(
                AppInstanceArn=arn, AppInstanceUserId=f"user{turn}", Name="Somebody", ClientRequestToken=str(uuid4())
            )

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return watch(here, number).per_second
