"""A comparison with Chime where nothing differs: beside the pages that have to be read in any case."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from benchmarks.provisioning.ground import FREE, ground
from portal.demo import aws_setup
from tests.servers.localaws import stagehand

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.provisioning.ground import Ground

PAGE = 50  # users, the most that Chime lists at once
_ID = "4b6a0e52-1a5c-4d0e-9a53-0d3f4a1f7c11"
_ARN = f"arn:aws:chime:us-east-1:111122223333:app-instance/{_ID}"
_FILL = """
from uuid import NAMESPACE_OID, uuid5
from django.utils import timezone
from accounts.models import User
from chimeusers import naming
from chimeusers.models import Change, ChimeUser, State
from tenants.models import AWSLink
from tenants.scope import scope
from tenants.services import open_tenant

tenant = open_tenant(slug="equal", name="Equal", hosts=["equal.localhost"])
with scope(tenant):
    AWSLink.objects.create(tenant=tenant, app_instance_arn="{arn}")
    for start in range(0, {number}, 5_000):
        users = [
            User(pk=uuid5(NAMESPACE_OID, str(n)), tenant=tenant, username=f"user{{n}}", password="!")
            for n in range(start, min(start + 5_000, {number}))
        ]
        User.objects.bulk_create(users, batch_size=2_000)
        looks = [naming.appearance(user, guest_days=tenant.guest_days) for user in users]
        ChimeUser.objects.bulk_create([
            ChimeUser(tenant=tenant, user_id=user.pk, app_instance_arn="{arn}", state=State.PRESENT, lives=1,
                      app_instance_user_id=look.app_instance_user_id, name=look.name, metadata=look.metadata)
            for user, look in zip(users, looks, strict=True)
        ], batch_size=2_000)
"""
_TOLD = """
import json
from chimeusers.models import Drift, Reconciliation
from tenants.scope import unscoped

with unscoped():
    run = Reconciliation.objects.get()
    seconds = (run.finished_at - run.started_at).total_seconds()
    print("RUN" + json.dumps([seconds, run.seen, Drift.objects.count()]))
    run.delete()
"""


@dataclass(frozen=True)
class Compared:
    seconds: float
    floor: float  # seconds, that reading the pages alone takes
    peak_mib: float


def within_quota(folder: Path, number: int) -> Compared:
    """Compare at the pace that Chime allows for its list: ten pages a second."""
    with _equal(folder, number) as here:
        return _compare(here, number, floor=number / PAGE / 10)


def beside_boto3(folder: Path, number: int) -> Compared:
    """Compare as fast as can be, beside bare boto3 that reads the same list."""
    with _equal(folder, number) as here:
        return _compare(here, number, floor=_bare(here, number), **FREE)


def _equal(folder: Path, number: int) -> Any:
    setup = aws_setup.setup()
    users = [
        {
            "AppInstanceUserId": str(uuid5(NAMESPACE_OID, str(n))),
            "Name": f"user{n}",
            "Metadata": f'{{"username":"user{n}"}}',
        }
        for n in range(number)
    ]
    setup["Accounts"][0]["AppInstances"] = [
        {"AppInstanceId": _ID, "Region": "us-east-1", "Name": "equal", "Users": users}
    ]
    return ground(folder, setup)


def _compare(here: Ground, number: int, *, floor: float, **more: str) -> Compared:
    here.shell(_FILL.format(arn=_ARN, number=number))
    used = here.measured("reconcile", "equal", **more)
    seconds, seen, differing = json.loads(here.shell(_TOLD).rpartition("RUN")[2])
    if (seen, differing) != (number, 0):
        raise SystemExit(f"Of {number} users {seen} were read, and {differing} differed.")
    return Compared(seconds, floor, used.peak_mib)


def _bare(here: Ground, number: int) -> float:
    client = stagehand(here.aws, "chime-sdk-identity")
    began, seen = time.perf_counter(), 0
    following: dict[str, str] | None = {}
    while following is not None:
        page = client.list_app_instance_users(AppInstanceArn=_ARN, MaxResults=PAGE, **following)
        seen += len(page["AppInstanceUsers"])
        following = {"NextToken": page["NextToken"]} if page.get("NextToken") else None
    if seen != number:
        raise SystemExit(f"Of {number} users bare boto3 read {seen}.")
    return time.perf_counter() - began
