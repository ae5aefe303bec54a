"""Whose rule counts: that of a role or a group before that of everybody, and the operator's order before both."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Kind, User
from exchange.models import Issuance, Rule
from exchange.policy import rule_for
from exchange.services import set_rule
from portal.demo.aws_setup import ROLES
from tenants.scope import scope
from tests.conftest import person, token_of
from tests.exchange.doors import by_bearer

ROLE = "arn:aws:iam::111122223333:role/"


def chosen(user, *rules):
    found = rule_for(user, [Rule(profile="member", role_arn=ROLE + name, **more) for name, more in rules])
    return found.role_arn.removeprefix(ROLE) if found else None


ALL: tuple[str, dict[str, str]] = ("all", {})
MODERATORS = ("moderators", {"user_role": "moderator"})
STAFF = ("staff", {"group": "staff"})
BOTH = ("both", {"user_role": "moderator", "group": "staff"})


@pytest.mark.parametrize(
    ("role", "groups", "rules", "counts"),
    [
        ("member", [], [ALL, MODERATORS, STAFF], "all"),
        ("moderator", [], [ALL, MODERATORS, STAFF], "moderators"),
        ("member", ["other", "staff"], [ALL, MODERATORS, STAFF], "staff"),
        ("moderator", ["staff"], [ALL, MODERATORS, STAFF, BOTH], "both"),
        ("moderator", ["staff"], [("first", {}), ("second", {"group": "staff", "position": 1})], "first"),
        ("member", ["Staff"], [STAFF], None),
        ("member", [], [MODERATORS], None),
        ("member", [], [], None),
    ],
)
def test_which_rule_counts(role, groups, rules, counts):
    user = User(role=role, groups=groups)
    assert chosen(user, *rules) == counts
    assert chosen(user, *reversed(rules)) == counts


def test_a_guest_has_the_guests_rule_only():
    assert chosen(User(kind=Kind.GUEST, role="moderator"), ALL, MODERATORS) is None


def test_a_moderator_acts_as_another_role_at_aws(linked, alice):
    mallory = person(linked, "mallory", role="moderator")
    with scope(linked):
        set_rule(linked, profile="member", user_role="moderator", role_arn=ROLES["guest"], max_seconds=900)
    for user in (alice, mallory):
        assert by_bearer(linked, token_of(user).reveal()).status_code == 200
    with scope(linked):
        acted = dict(Issuance.objects.values_list("username", "role_arn"))
    assert acted == {"alice": ROLES["member"], "mallory": ROLES["guest"]}


@pytest.mark.parametrize("more", [{"user_role": "moderator"}, {"group": "staff"}])
def test_guests_have_neither_role_nor_group(linked, more):
    with scope(linked), pytest.raises(ValidationError, match="Guests have no role"):
        set_rule(linked, profile="guest", role_arn=ROLE + "x", **more)
