"""Out means out: what somebody has been given ends, here at once, and at AWS as soon as its policies say so."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from django.utils import timezone

from accounts import standing
from audit.models import Event
from exchange import revocation
from exchange.denials import ROOM, Denied, policy, size
from exchange.models import DeniedRole, KeptCredentials, Revocation
from exchange.services import set_rule
from exchange.tasks import deny_sessions, deny_waiting_sessions
from portal.demo import aws_setup
from tenants.scope import scope
from tenants.services import change_tenant
from tests.conftest import at, stagehand, token_of
from tests.exchange.doors import assert_refused, by_bearer, credentials_in, speaks_as

pytestmark = pytest.mark.django_db(transaction=True)
MEMBER = aws_setup.ROLES["member"].rpartition("/")[2]


@pytest.fixture(autouse=True)
def _as_it_was(at_aws):
    """The role is everybody's; what one test denies is not for the next one to meet."""
    yield
    iam = stagehand(at_aws, "iam")
    for name in iam.list_role_policies(RoleName=MEMBER)["PolicyNames"]:
        if name.startswith("chime-portal-out-"):
            iam.delete_role_policy(RoleName=MEMBER, PolicyName=name)


def put_out(tenant, user, how="disable"):
    with scope(tenant):
        assert getattr(standing, how)(tenant, [user.pk]) == 1
        revocation.settle(tenant)


def denied_policy(server, tenant):
    iam = stagehand(server, "iam")
    try:
        return iam.get_role_policy(RoleName=MEMBER, PolicyName=f"chime-portal-out-{tenant.pk}")["PolicyDocument"]
    except ClientError:
        return None


@pytest.mark.parametrize("how", ["disable", "delete", "revoke"])
def test_running_sessions_of_one_are_denied_and_of_nobody_else(linked, alice, bob, at_aws, how):
    credentials = {user.pk: credentials_in(by_bearer(linked, token_of(user).reveal())) for user in (alice, bob)}
    alice_id = alice.pk
    put_out(linked, alice, how)
    assert speaks_as(at_aws, linked, credentials[alice_id], str(alice_id)).startswith("AccessDenied")
    assert speaks_as(at_aws, linked, credentials[bob.pk], str(bob.pk)) == "ok"
    with scope(linked):
        row = Revocation.objects.get()
    assert row.denied_at is not None
    assert (row.username, row.waiting) == ("alice", [])
    assert Event.objects.filter(name="exchange.sessions_denied", subject_id=alice_id).count() == 1


@pytest.mark.parametrize("how", ["disable", "revoke"])
def test_everything_here_ends_with_it(linked, alice, how):
    with scope(linked):
        change_tenant(linked, reuses_credentials=True)
    browser, token = at(linked, alice), token_of(alice).reveal()
    credentials_in(browser.get("/api/v1/credentials", headers={"Authorization": f"Bearer {token}"}))
    with scope(linked):
        assert KeptCredentials.objects.exists()
    put_out(linked, alice, how)
    assert_refused(by_bearer(linked, token), 401, "token_revoked")
    assert browser.get("/chat/").status_code == 302
    with scope(linked):
        assert not KeptCredentials.objects.exists()


def test_who_was_revoked_may_sign_in_again_and_chat(linked, alice, at_aws):
    old = credentials_in(by_bearer(linked, token_of(alice).reveal()))
    put_out(linked, alice, "revoke")
    with scope(linked):
        before = Revocation.objects.get().before
    while timezone.now() < before:
        pass
    new = credentials_in(by_bearer(linked, token_of(alice).reveal()))
    assert speaks_as(at_aws, linked, new, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, linked, old, str(alice.pk)).startswith("AccessDenied")


def test_the_policy_prunes_itself(linked, alice, at_aws):
    credentials_in(by_bearer(linked, token_of(alice).reveal()))
    put_out(linked, alice)
    assert str(alice.pk) in json.dumps(denied_policy(at_aws, linked))
    with scope(linked):
        Revocation.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    deny_waiting_sessions()
    assert denied_policy(at_aws, linked) is None
    with scope(linked):
        assert Revocation.objects.get().pruned
        assert not DeniedRole.objects.exclude(due_at=None).exists()


def test_who_had_nothing_costs_no_call(linked, alice, at_aws):
    put_out(linked, alice)
    assert denied_policy(at_aws, linked) is None
    with scope(linked):
        assert not Revocation.objects.exists()


def test_a_policy_that_aws_does_not_take_is_tried_again_and_shown(linked, alice, bob, at_aws):
    with scope(linked):
        credentials_in(by_bearer(linked, token_of(alice).reveal()))
    iam = stagehand(at_aws, "iam")
    held = iam.get_user_policy(UserName="portal", PolicyName="portal")["PolicyDocument"]
    iam.put_user_policy(
        UserName="portal",
        PolicyName="no-iam",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}}
        ),
    )
    try:
        put_out(linked, alice)
    finally:
        iam.delete_user_policy(UserName="portal", PolicyName="no-iam")
    assert held
    page = at(linked, bob).get("/admin/exchange/revocation/").content.decode()
    assert "not denied yet" in page
    assert "AccessDenied" in page
    with scope(linked):
        shown = at(linked, bob).get(f"/admin/exchange/revocation/{Revocation.objects.get().pk}/change/")
        assert "aws:TokenIssueTime" in shown.content.decode()
        assert DeniedRole.objects.get().due_at > timezone.now()
        DeniedRole.objects.update(due_at=timezone.now())
    deny_sessions(str(linked.pk))
    assert "denied" in at(linked, bob).get("/admin/exchange/revocation/").content.decode()
    assert denied_policy(at_aws, linked) is not None


def test_who_is_put_out_while_the_policy_is_written_is_not_forgotten(linked, alice, bob, at_aws, monkeypatch):
    for user in (alice, bob):
        credentials_in(by_bearer(linked, token_of(user).reveal()))
    put = revocation._put

    def slowly(*given):
        put(*given)
        monkeypatch.setattr(revocation, "_put", put)
        standing.disable(linked, [bob.pk])

    monkeypatch.setattr(revocation, "_put", slowly)
    put_out(linked, alice)
    deny_waiting_sessions()
    assert str(bob.pk) in json.dumps(denied_policy(at_aws, linked))
    with scope(linked):
        assert not Revocation.objects.filter(denied_at=None).exists()


def test_a_role_that_is_gone_lets_nobody_in(linked, alice, at_aws):
    iam = stagehand(at_aws, "iam")
    trust = iam.get_role(RoleName=MEMBER)["Role"]["AssumeRolePolicyDocument"]
    arn = iam.create_role(RoleName="Fleeting", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    with scope(linked):
        set_rule(linked, profile="member", role_arn=arn)
    credentials_in(by_bearer(linked, token_of(alice).reveal()))
    iam.delete_role(RoleName="Fleeting")
    put_out(linked, alice)
    with scope(linked):
        assert Revocation.objects.get().denied_at is not None


# --- the policy ----------------------------------------------------------------------------------------------------

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def people(count, spread=1):
    return [
        Denied(f"{number:08d}-2f6b-4a52-9d6c-acacacacacac", NOON + timedelta(seconds=number % spread))
        for number in range(count)
    ]


def test_each_is_denied_up_to_their_own_moment():
    statements = policy(people(4, spread=2), "t")["Statement"]
    assert [len(one["Condition"]["StringEquals"]["aws:PrincipalTag/UserUUID"]) for one in statements] == [2, 2]
    times = [one["Condition"]["DateLessThan"]["aws:TokenIssueTime"] for one in statements]
    assert times == ["2026-01-01T12:00:00Z", "2026-01-01T12:00:01Z"]


def test_too_many_moments_become_the_latest():
    statements = policy(people(100, spread=60), "t")["Statement"]
    assert len(statements) == 1
    assert len(statements[0]["Condition"]["StringEquals"]["aws:PrincipalTag/UserUUID"]) == 100
    assert statements[0]["Condition"]["DateLessThan"]["aws:TokenIssueTime"] == "2026-01-01T12:00:59Z"


def test_too_many_people_become_the_whole_tenant():
    document = policy(people(1_000), "the-tenant")
    assert document["Statement"][0]["Condition"]["StringEquals"] == {"aws:PrincipalTag/TenantId": ["the-tenant"]}


@pytest.mark.parametrize("count", [1, 10, 50, 150, 200, 1_000])
@pytest.mark.parametrize("spread", [1, 7, 1_000])
def test_it_always_has_room(count, spread):
    assert size(policy(people(count, spread), "t" * 36)) <= ROOM
