"""The policy that denies sessions which AWS has given out already, to those who were put out since. Pure.

Temporary credentials can't be called back; but a role's policies are read at each request (IAM User Guide, "Revoke IAM
role temporary security credentials").
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

# Characters, white space aside, that all inline policies of a role may have together: 10,240. What the role is for
# needs some of them (IAM User Guide, "IAM and AWS STS quotas").
ROOM = 7_000


@dataclass(frozen=True, slots=True)
class Denied:
    """The sessions of one user that began before a moment."""

    user_tag: str
    before: datetime


def whole_second_after(moment: datetime) -> datetime:
    """AWS keeps a session's beginning in whole seconds, so the second that has begun counts as before."""
    return moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)


def policy(denied: Iterable[Denied], tenant_id: str) -> dict[str, Any]:
    """Return the policy document that denies these their sessions; there is at least one.

    Where there are too many people for what a role's policies may hold, all of them are denied up to the latest moment;
    and where these are too many still, everybody of the tenant is: they renew, and those who are out can't.
    """
    people = sorted(set(denied), key=lambda one: (one.before, one.user_tag))
    exact = [
        _statement(before, {"aws:PrincipalTag/UserUUID": [one.user_tag for one in group]})
        for before, group in groupby(people, key=lambda one: one.before)
    ]
    latest = people[-1].before
    together = [_statement(latest, {"aws:PrincipalTag/UserUUID": sorted({one.user_tag for one in people})})]
    everybody = [_statement(latest, {"aws:PrincipalTag/TenantId": [tenant_id]})]
    return next((found for found in map(_document, (exact, together)) if size(found) <= ROOM), _document(everybody))


def size(document: dict[str, Any]) -> int:
    return len(json.dumps(document, separators=(",", ":")))


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(before: datetime, whose: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {
            "StringEquals": whose,
            "DateLessThan": {"aws:TokenIssueTime": before.strftime("%Y-%m-%dT%H:%M:%SZ")},
        },
    }
