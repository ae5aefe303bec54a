"""A list costs the same number of queries at 3 and at 60 rows, and no call to anybody."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import APIToken, Kind, User
from audit.models import Event
from chimeusers.models import Change, ChimeUser, State
from exchange.models import Issuance, Rule
from tenants.models import AWSLink, Domain, Tenant
from tenants.scope import unscoped
from tests.conftest import at

ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/{}"
TENANTS_LISTS = ["accounts/user/", "accounts/apitoken/", "exchange/issuance/", "audit/event/"]
OPERATORS_LISTS = [*TENANTS_LISTS, "tenants/tenant/", "tenants/awslink/", "exchange/rule/"]


def fill(tenant, count):
    """Give the tenant `count` more rows of everything, and open as many tenants beside it."""
    now = timezone.now()
    users = [User(tenant=tenant, username=f"u-{uuid4()}", kind=Kind.APP, password="!") for _ in range(count)]
    User.objects.bulk_create(users)
    states = [*State.values]
    for number, user in enumerate(users):
        ChimeUser.objects.create(
            tenant=tenant, user_id=user.pk, app_instance_arn=ARN.format("one"), state=states[number % 3]
        )
        Change.objects.create(tenant=tenant, user_id=user.pk, gave_up=number % 2 == 1, reason="because")
        key = uuid4().hex[:12]
        APIToken.objects.create(tenant=tenant, user=user, name="n", prefix=key, digest=key, expires_at=now)
        Issuance.written(tenant=tenant, user_id=user.pk, username=user.username, tags={}, role_arn="r", expires_at=now)
        Event.written(name="user.changed", tenant_id=tenant.pk, subject_id=user.pk, actor_id=user.pk)
        beside = Tenant.objects.create(slug=uuid4().hex, name="Beside")
        Domain.objects.create(tenant=beside, host=f"{beside.slug}.example")
        AWSLink.objects.create(tenant=beside, app_instance_arn=ARN.format(beside.slug))
        Rule.objects.create(tenant=beside, profile="member", role_arn="r")


def cost(browser, path):
    browser.get(f"/admin/{path}")  # The first page also looks up what stays in caches of the process.
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(f"/admin/{path}").status_code == 200
    return len(queries)


@pytest.mark.usefixtures("socket_disabled")
@pytest.mark.parametrize("whose", ["tenant", "operator"])
def test_a_list_costs_the_same_at_3_and_at_60_rows(whose, acme, bob, root, django_assert_max_num_queries):
    browser = at(acme, bob) if whose == "tenant" else at(None, root)
    AWSLink.objects.create(tenant=acme, app_instance_arn=ARN.format("one"))
    lists = TENANTS_LISTS if whose == "tenant" else OPERATORS_LISTS
    with unscoped():
        fill(acme, 3)
    few = {path: cost(browser, path) for path in lists}
    with unscoped():
        fill(acme, 57)
    for path in lists:
        with django_assert_max_num_queries(few[path]):
            answer = browser.get(f"/admin/{path}")
        assert len(answer.context["cl"].result_list) >= 60, path
    assert max(few.values()) <= 14
