"""500 changes while the worker, then the broker, then AWS are away: afterwards Chime is exactly as the portal."""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter
from itertools import islice

import pytest

from tests.conftest import stagehand

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]

PATIENCE = 180  # seconds


def test_nothing_is_lost_and_nothing_done_twice(house):
    portal = dict(names(house))
    portal |= registered(house, 250, "early")
    eventually(lambda: assert_equal(house, portal))

    house.worker.stop()
    portal = changed(house, portal, "renamed without a worker")
    house.broker.stop()
    portal |= registered(house, 100, "late")
    disabled = dict(islice(portal.items(), 100, 200))
    house.manage("users", "acme", "disable", "-", given="\n".join(disabled))
    portal = {name: shown for name, shown in portal.items() if name not in disabled}
    trouble(house, [{"service": "chime-sdk-identity", "status": 503, "count": 15},
                    {"service": "chime-sdk-identity", "status": 429, "count": 15, "retry_after": 1},
                    {"service": "chime-sdk-identity", "probability": 0.1, "drop": True, "count": 10}])
    deleted = dict(islice(portal.items(), 100, 150))
    house.manage("users", "acme", "delete", "-", given="\n".join(deleted))
    portal = {name: shown for name, shown in portal.items() if name not in deleted}
    portal = changed(house, portal, "renamed without a broker")

    house.broker.start()
    house.worker.start()
    eventually(lambda: assert_equal(house, portal))
    assert not [user_id for user_id, lives in births(house).items() if lives != 1], "nobody was created twice"


def registered(house, count, prefix):
    lines = "\n".join(f"{prefix}{number:03}={prefix.title()} {number}" for number in range(count))
    house.manage("users", "acme", "register", "-", given=lines)
    return dict(line.split("=") for line in lines.splitlines())


def changed(house, portal, how):
    """Rename the first hundred of the people who were registered early."""
    these = [name for name in portal if name.startswith("early")][:100]
    renamed = {name: f"{name} {how}" for name in these}
    house.manage("users", "acme", "rename", "-", given="\n".join(f"{a}={b}" for a, b in renamed.items()))
    return portal | renamed


def names(house):
    for line in house.manage("users", "acme", "list").splitlines():
        _, username, shown, _ = line.split("\t")
        yield username, shown


def assert_equal(house, portal):
    assert sorted(at_chime(house)) == sorted(portal.values())


def at_chime(house):
    identity = stagehand(house.aws, "chime-sdk-identity")
    instances = identity.list_app_instances()["AppInstances"]
    acme = next(one["AppInstanceArn"] for one in instances if one["Name"] == "acme")
    page = {"NextToken": None}
    while "NextToken" in page:
        token = {"NextToken": page["NextToken"]} if page["NextToken"] else {}
        page = identity.list_app_instance_users(AppInstanceArn=acme, MaxResults=50, **token)
        yield from (user["Name"] for user in page["AppInstanceUsers"])


def eventually(check):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def trouble(house, faults):
    control(house, "PUT", "/_localaws/faults", faults)


def births(house):
    """Count by user the creations that localaws did."""
    calls = [call for call in control(house, "GET", "/_localaws/calls") if call["operation"] == "CreateAppInstanceUser"]
    return Counter(json.dumps(call.get("resource")) for call in calls if call["status"] == 201)


def control(house, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", house.aws.port, timeout=10)
    connection.request(method, path, json.dumps(body) if body is not None else None)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status < 300, text
    return json.loads(text) if text else None
