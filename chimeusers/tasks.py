from __future__ import annotations

from typing import TYPE_CHECKING

from celery import shared_task

from chimeusers import work
from tenants.tasks import tenant_task

if TYPE_CHECKING:
    from tenants.models import Tenant


@tenant_task
def drain(tenant: Tenant) -> None:
    work.drain(tenant)


@shared_task
def sweep() -> None:
    work.sweep()
