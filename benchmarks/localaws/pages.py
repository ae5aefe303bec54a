from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from benchmarks.localaws.ground import Ground

TURNS = 200


class PageTimes(NamedTuple):
    """Seconds per page of 50 users, as a client waits for it."""

    first: float
    last: float


def measure_pages(ground: Ground, users: int) -> PageTimes:
    """The first page and the last full one in turn, so that whatever else the machine does hits both alike."""
    client = ground.client("chime-sdk-identity", ground.portal)
    first = {"AppInstanceArn": ground.app_instance_arn, "MaxResults": 50}
    last = walk_to_the_end(client, first, users)
    turns = [(time_call(client, first), time_call(client, last)) for _ in range(TURNS)]
    return PageTimes(*(median(column) for column in zip(*turns, strict=True)))


def walk_to_the_end(client: Any, wish: dict[str, Any], users: int) -> dict[str, Any]:
    """What asks for the last full page."""
    wishes, found = [wish], 0
    while True:
        answer = client.list_app_instance_users(**wishes[-1])
        found += len(answer["AppInstanceUsers"])
        if "NextToken" not in answer:
            break
        wishes.append({**wish, "NextToken": answer["NextToken"]})
    if found < users:
        raise SystemExit(f"Of {users} users only {found} were listed.")
    return wishes[-2]


def time_call(client: Any, wish: dict[str, Any]) -> float:
    before = time.perf_counter()
    client.list_app_instance_users(**wish)
    return time.perf_counter() - before
