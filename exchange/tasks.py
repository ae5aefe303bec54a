from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from exchange import reuse
from tenants.models import Tenant
from tenants.scope import scope


@shared_task
def forget_credentials() -> None:
    """Delete, in every tenant, kept credentials that have expired."""
    for tenant in Tenant.objects.all():
        with scope(tenant):
            reuse.forget_expired(now=timezone.now())
