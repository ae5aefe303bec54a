"""A directory that pushes its people by SCIM, each by the request that Entra ID and Okta make."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import closing
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Any

from benchmarks.process import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.portal import Portal

_AT_ONCE = 4
_SCRIPT = """
from django.utils import timezone
from accounts.scim.tokens import issue_scim_token
from tenants.scope import scope
from tenants.services import open_tenant

tenant = open_tenant(slug="pushed", name="Pushed", hosts=["pushed.localhost"])
with scope(tenant):
    token, secret = issue_scim_token(
        tenant,
        name="measure",
        days=1,
        provider=None,
        when_inactive="disable",
        when_deleted="delete",
        now=timezone.now(),
    )
print("TOKEN" + secret.reveal())
"""


def token_of(portal: Portal) -> str:
    """Make a tenant, and the token by which its directory pushes."""
    return portal.fill(_SCRIPT).rpartition("TOKEN")[2].strip()


def push(port: int, token: str, number: int) -> float:
    """Create so many users, four requests at a time; return how many a second it were."""
    turns, began, failed = count(), time.perf_counter(), list[BaseException]()

    def work() -> None:
        try:
            _push_until(port, token, turns, number)
        except BaseException as error:  # noqa: BLE001 - told below, by the thread that waits
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return number / (time.perf_counter() - began)


def _push_until(port: int, token: str, turns: Iterator[int], number: int) -> None:
    headers = {
        "Host": "pushed.localhost",
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/scim+json",
        "X-Forwarded-For": "10.0.0.1",
    }
    with closing(http.client.HTTPConnection(HOST, port, timeout=60)) as connection:
        while (turn := next(turns)) < number:
            connection.request("POST", "/scim/v2/Users", json.dumps(_person(turn)), headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != HTTPStatus.CREATED:
                raise RuntimeError(f"{answer.status}: {content[:300]!r}")


def _person(number: int) -> dict[str, Any]:
    address = f"person-{number}@acme.example"
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "externalId": f"00u{number}",
        "userName": address,
        "name": {"givenName": "Person", "familyName": str(number)},
        "displayName": f"Person {number}",
        "emails": [{"primary": True, "type": "work", "value": address}],
        "active": True,
    }
