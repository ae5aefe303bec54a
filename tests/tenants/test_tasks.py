from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tenants.scope import current_tenant
from tenants.services import change_tenant
from tenants.tasks import tenant_task

if TYPE_CHECKING:
    from tenants.models import Tenant

worked: list[Tenant | None] = []


@tenant_task
def work(tenant: Tenant) -> None:
    assert tenant == current_tenant()
    worked.append(current_tenant())


@pytest.fixture(autouse=True)
def _nothing_worked() -> None:
    worked.clear()


def test_a_task_runs_in_its_tenants_scope(acme):
    work(tenant_id=str(acme.pk))
    assert worked == [acme]


def test_a_task_of_a_closed_or_unknown_tenant_does_nothing(acme):
    change_tenant(acme, is_active=False)
    work(tenant_id=str(acme.pk))
    work(tenant_id=str(uuid4()))
    assert worked == []
