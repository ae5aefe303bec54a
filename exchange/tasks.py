from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from exchange import reuse, revocation, services
from tenants.models import Tenant
from tenants.scope import scope


@shared_task
def forget_issuances() -> None:
    """Delete, in every tenant, the issuances that have been kept for as long as the tenant wants."""
    for tenant in Tenant.objects.all():
        with scope(tenant):
            services.forget_issuances(tenant, now=timezone.now())


@shared_task
def deny_sessions(tenant_id: str) -> None:
    """Deny at AWS the sessions of those of a tenant who were put out."""
    tenant = Tenant.objects.get(pk=tenant_id)
    with scope(tenant):
        revocation.settle(tenant)


@shared_task
def deny_waiting_sessions() -> None:
    """Find what no bell told of, what failed before, and what need not be denied any more."""
    for tenant in revocation.tenants_with_work(timezone.now()):
        with scope(tenant):
            revocation.settle(tenant)


@shared_task
def forget_credentials() -> None:
    """Delete, in every tenant, kept credentials that have expired."""
    for tenant in Tenant.objects.all():
        with scope(tenant):
            reuse.forget_expired(now=timezone.now())
