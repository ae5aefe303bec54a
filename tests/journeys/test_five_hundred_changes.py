"""500 changes while the worker, then the broker, then AWS are away: afterwards Chime is exactly as the portal."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import closing

import pytest

from tenants.names import PORTALS_ADMIN
from tests.conftest import stagehand

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]

PATIENCE = 180  # seconds
WRITES = ("CreateAppInstanceUser", "UpdateAppInstanceUser", "DeleteAppInstanceUser")
DROPS = 3
# So that who is disabled leaves Chime, which is more to do than to be marked there.
WITHOUT_GRACE = """
from tenants.models import Tenant
from tenants.services import change_tenant
change_tenant(Tenant.objects.get(slug="acme"), grace_days=0)
"""


def test_nothing_is_lost_and_nothing_done_twice(house):
    house.manage("shell", "--no-imports", "-c", WITHOUT_GRACE)
    portal = dict(names(house)) | registered(house, 250, "early")
    eventually(lambda: assert_equal(house, portal))
    before = at_chime(house)
    control(house, "DELETE", "/_localaws/calls")

    house.worker.stop()
    portal = renamed(house, portal, "without a worker")
    house.broker.stop()
    portal = renamed(house, portal | registered(house, 100, "late"), "without a broker")
    portal = without(house, portal, "disable", 100)
    portal = without(house, portal, "delete", 100)

    trouble(house, {"status": 503})
    house.broker.start()
    house.worker.start()
    time.sleep(5)
    trouble(house, {"status": 429, "retry_after": 1})
    time.sleep(5)
    trouble(house, {"drop": True, "count": DROPS})
    eventually(lambda: assert_equal(house, portal))

    needed = len(before.items() ^ at_chime(house).items()) - len(both_renamed(before, at_chime(house)))
    assert needed <= writes_done(house) <= needed + len(WRITES) * DROPS, "each change took one write"


def both_renamed(before, after):
    return [user_id for user_id in before.keys() & after.keys() if before[user_id] != after[user_id]]


def registered(house, count, prefix):
    lines = "\n".join(f"{prefix}{number:03}={prefix.title()} {number}" for number in range(count))
    house.manage("users", "acme", "register", "-", given=lines)
    return dict(line.split("=") for line in lines.splitlines())


def renamed(house, portal, how):
    """Rename the first hundred of the people who were registered early."""
    these = {name: f"{name} {how}" for name in [name for name in portal if name.startswith("early")][:100]}
    house.manage("users", "acme", "rename", "-", given="\n".join(f"{name}={shown}" for name, shown in these.items()))
    return portal | these


def without(house, portal, action, count):
    """Disable or delete as many, every other one of them registered early and the rest late."""
    early, late = ([name for name in portal if name.startswith(prefix)] for prefix in ("early", "late"))
    gone = [*early[-count // 2 :], *late[-count // 4 :]]
    house.manage("users", "acme", action, "-", given="\n".join(gone))
    return {name: shown for name, shown in portal.items() if name not in gone}


def names(house):
    for line in house.manage("users", "acme", "list").splitlines():
        _, username, shown, _ = line.split("\t")
        yield username, shown


def assert_equal(house, portal):
    assert sorted(at_chime(house).values()) == sorted(portal.values())


def at_chime(house):
    """Return what Chime holds of acme's people: names by app instance user id."""
    identity = stagehand(house.aws, "chime-sdk-identity")
    instances = identity.list_app_instances()["AppInstances"]
    acme = next(one["AppInstanceArn"] for one in instances if one["Name"] == "acme")
    found: dict[str, str] = {}
    token: dict[str, str] | None = {}
    while token is not None:
        page = identity.list_app_instance_users(AppInstanceArn=acme, MaxResults=50, **token)
        found |= {user["AppInstanceUserArn"]: user["Name"] for user in page["AppInstanceUsers"]}
        found.pop(f"{acme}/user/{PORTALS_ADMIN}", None)
        token = {"NextToken": page["NextToken"]} if page.get("NextToken") else None
    return found


def eventually(check):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def trouble(house, kind):
    """Let every write of users fail in this way; a dropped connection is one that breaks after the work was done."""
    control(house, "PUT", "/_localaws/faults", [{"operation": write} | kind for write in WRITES])


def writes_done(house):
    calls = control(house, "GET", "/_localaws/calls")["calls"]
    return sum(call["operation"] in WRITES and call["status"] in {200, 201, 204} for call in calls)


def control(house, method, path, body=None):
    with closing(http.client.HTTPConnection("127.0.0.1", house.aws.port, timeout=10)) as connection:
        connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        text = answer.read()
    assert answer.status < 300, text
    return json.loads(text) if text else None
