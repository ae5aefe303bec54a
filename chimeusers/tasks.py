from __future__ import annotations

from typing import TYPE_CHECKING

from celery import shared_task
from django.utils import timezone

from chimeusers import channels, grace, reconcile, tally, work
from chimeusers.models import GroupChannel
from tenants.models import AWSLink
from tenants.scope import scope, unscoped
from tenants.tasks import tenant_task

if TYPE_CHECKING:
    from tenants.models import Tenant


@tenant_task
def drain(tenant: Tenant) -> None:
    work.drain(tenant)


@shared_task
def sweep() -> None:
    work.sweep()
    reconcile.sweep()


@tenant_task
def reconcile_tenant(tenant: Tenant) -> None:
    reconcile.go_on(tenant)


@tenant_task
def end_grace_of(tenant: Tenant) -> None:
    grace.end_grace(tenant, now=timezone.now())


@shared_task
def end_grace() -> None:
    """Look in every tenant for whose days of grace are over, each tenant as a task of its own."""
    for link in AWSLink.objects.filter(tenant__is_active=True):
        end_grace_of.delay(tenant_id=str(link.tenant_id))


@shared_task
def forget_tallies() -> None:
    with unscoped():
        tally.forget(now=timezone.now())


@tenant_task
def recheck_channels_of(tenant: Tenant) -> None:
    channels.recheck_all(tenant)


@shared_task
def recheck_channels() -> None:
    """Look in every group's channel whether the members are still there, each tenant as a task of its own."""
    with unscoped():
        tied = GroupChannel.objects.filter(tenant__is_active=True, tenant__aws_link__paused_at=None)
        tenant_ids = list(tied.order_by().values_list("tenant_id", flat=True).distinct())
    for tenant_id in tenant_ids:
        recheck_channels_of.delay(tenant_id=str(tenant_id))


@shared_task
def reconcile_all() -> None:
    """Hold every tenant's users against Chime's own list, each tenant as a task of its own."""
    for link in AWSLink.objects.filter(tenant__is_active=True, paused_at=None).select_related("tenant"):
        with scope(link.tenant):
            reconcile.start(link, fixes=True)
