"""ensure() in the foreground: what goes wrong there is left as the worker would leave it."""

from __future__ import annotations

import pytest

from chimeusers import services
from chimeusers.models import Change
from tenants.failures import Misconfigured, Rejected, Unavailable
from tenants.scope import scope
from tenants.services import link_aws

ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/6f0a"


@pytest.mark.parametrize(
    ("failure", "gave_up", "waits"),
    [(Unavailable("503", 7), False, True), (Misconfigured("no access"), False, False), (Rejected("no"), True, False)],
    ids=["unavailable", "misconfigured", "rejected"],
)
def test_a_failure_leaves_the_work_to_the_worker_or_the_admin(alice, monkeypatch, failure, gave_up, waits):
    monkeypatch.setattr(services, "settle", lambda _, user_ids, __: dict.fromkeys(user_ids, failure))
    with scope(alice.tenant):
        link = link_aws(alice.tenant, app_instance_arn=ARN)
        with pytest.raises(type(failure)):
            services.ensure(alice, link)
        change = Change.objects.get(user_id=alice.pk)
    assert (change.gave_up, change.leased_until, change.reason) == (gave_up, None, str(failure))
    assert (change.attempts > 0) is waits
