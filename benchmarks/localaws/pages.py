from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from benchmarks.localaws.ground import Ground

PAGES = 100


class PageTimes(NamedTuple):
    """Seconds per page of 50 users, as a client waits for it."""

    first: float
    last: float


def measure_pages(ground: Ground, users: int) -> PageTimes:
    """The first hundred and the last hundred pages of all users, in one walk from end to end."""
    client = ground.client("chime-sdk-identity", ground.portal)
    seconds: list[float] = []
    found, wish = 0, {"AppInstanceArn": ground.app_instance_arn, "MaxResults": 50}
    while True:
        before = time.perf_counter()
        answer = client.list_app_instance_users(**wish)
        seconds.append(time.perf_counter() - before)
        found += len(answer["AppInstanceUsers"])
        if "NextToken" not in answer:
            break
        wish["NextToken"] = answer["NextToken"]
    if found < users:
        raise SystemExit(f"Of {users} users only {found} were listed.")
    return PageTimes(median(seconds[1 : PAGES + 1]), median(seconds[-PAGES:]))
