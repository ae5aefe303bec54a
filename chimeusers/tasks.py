from __future__ import annotations

from typing import TYPE_CHECKING

from celery import shared_task

from chimeusers import work
from chimeusers.reconcile import reconcile
from tenants.models import AWSLink
from tenants.tasks import tenant_task

if TYPE_CHECKING:
    from tenants.models import Tenant


@tenant_task
def drain(tenant: Tenant) -> None:
    work.drain(tenant)


@shared_task
def sweep() -> None:
    work.sweep()


@tenant_task
def reconcile_tenant(tenant: Tenant) -> None:
    for link in AWSLink.objects.filter(tenant=tenant, paused_at=None).select_related("tenant"):
        reconcile(link)


@shared_task
def reconcile_all() -> None:
    """Hold every tenant's users against Chime's own list, each tenant as a task of its own."""
    for link in AWSLink.objects.filter(tenant__is_active=True, paused_at=None):
        reconcile_tenant.delay(tenant_id=str(link.tenant_id))
