"""What runs each minute asks the database as often with many tenants as with one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tasks import start_imports
from chimeusers.tasks import sweep
from exchange.tasks import deny_waiting_sessions
from tenants.services import open_tenant


@pytest.mark.django_db
@pytest.mark.parametrize("task", [sweep, start_imports, deny_waiting_sessions])
def test_tenants_without_work_cost_nothing(acme, task):
    alone = asked(task)
    for number in range(5):
        open_tenant(slug=f"another-{number}", name="Another", hosts=[f"another-{number}.localhost"])
    assert asked(task) == alone


def asked(task) -> int:
    with CaptureQueriesContext(connection) as queries:
        task()
    return len(queries)
