"""What decides is pure: a table of values says what anybody gets, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from accounts.models import Kind, User
from accounts.proofs import Proof
from chimeusers.services import Membership
from exchange.models import Rule
from exchange.policy import Bounds, Road, Wish, decide
from tenants.refusal import Refusal

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TENANT, SOMEBODY, EXCHANGE = UUID(int=1), UUID(int=2), UUID(int=3)
ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/6f0a"
ROLE = "arn:aws:iam::111122223333:role/ChimeMember"
HOUR = 3600
ROAD = Road("us-east-1", "assume_role")


def granted(
    *,
    asked=None,
    left=12 * HOUR,
    most=12 * HOUR,
    tenant=12 * HOUR,
    kind=Kind.PERSON,
    chained=False,
    user_id=str(SOMEBODY),
):
    proof = Proof("session", TENANT, SOMEBODY, NOW + timedelta(seconds=left) if left is not None else None, "")
    place = Membership("us-east-1", ARN, "6f0a", user_id, f"{ARN}/user/{user_id}")
    user, rule = User(id=SOMEBODY, kind=kind), Rule(role_arn=ROLE, max_seconds=most)
    return decide(
        user,
        proof,
        Wish(EXCHANGE, asked),
        NOW,
        rule=rule,
        place=place,
        road=ROAD,
        bounds=Bounds(tenant, chained),
    )


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, 12 * HOUR),
        ({"asked": 900}, 900),
        ({"asked": 12 * HOUR, "most": HOUR}, HOUR),
        ({"left": 1000}, 1000),
        ({"left": 900}, 900),
        ({"left": None}, 12 * HOUR),
        ({"tenant": 1000}, 1000),
        ({"tenant": 5000, "most": 4000}, 4000),
        ({"chained": True}, HOUR),
        ({"chained": True, "asked": 1800}, 1800),
        ({"kind": Kind.GUEST, "left": None}, HOUR),
        ({"kind": Kind.GUEST, "left": None, "most": 900}, 900),
        ({"kind": Kind.APP, "left": 5000, "most": 4000}, 4000),
    ],
)
def test_the_duration_is_the_least_of_all_bounds(given, seconds):
    assert granted(**given).duration_seconds == seconds


@pytest.mark.parametrize(
    ("given", "code", "status"),
    [
        ({"left": 899}, "login_ends_soon", 401),
        ({"left": -1}, "login_ends_soon", 401),
        ({"asked": 899}, "duration_too_short", 400),
        ({"user_id": "a/../b"}, "unusable_tag", 403),
        ({"user_id": "x" * 59}, "unusable_session_name", 403),
        ({"user_id": "+a+"}, "unusable_tag", 403),
    ],
)
def test_what_can_not_be_granted_is_refused_by_name(given, code, status):
    with pytest.raises(Refusal) as refusal:
        granted(**given)
    assert (refusal.value.code, refusal.value.status) == (code, status)


def test_without_a_rule_nobody_gets_anything():
    proof, place = (
        Proof("guest", TENANT, None, None, ""),
        Membership("us-east-1", ARN, "6f0a", "u1", f"{ARN}/user/u1"),
    )
    with pytest.raises(Refusal) as refusal:
        decide(
            User(id=SOMEBODY),
            proof,
            Wish(EXCHANGE),
            NOW,
            rule=None,
            place=place,
            road=ROAD,
            bounds=Bounds(HOUR, chained=False),
        )
    assert refusal.value.status == 403


def test_session_name_and_tags_name_one_person_in_one_app_instance():
    grant = granted()
    assert grant.session_name == f"chime_{SOMEBODY}"
    assert grant.tags == {
        "UserUUID": str(SOMEBODY),
        "AppInstanceId": "6f0a",
        "TenantId": str(TENANT),
        "ExchangeId": str(EXCHANGE),
    }
