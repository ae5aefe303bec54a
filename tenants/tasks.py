"""A task runs inside its tenant's scope, or not at all when the tenant is closed."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from celery import shared_task

from tenants.models import Tenant
from tenants.scope import scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery.app.task import Task


def tenant_task(work: Callable[..., None]) -> Task[..., None]:
    """Turn `work(tenant, **kwargs)` into a task called with `tenant_id` as text and the same keywords."""

    @shared_task(name=f"{work.__module__}.{work.__name__}", ignore_result=True)
    @wraps(work)
    def run(*, tenant_id: str, **kwargs: Any) -> None:
        tenant = Tenant.objects.filter(pk=tenant_id, is_active=True).first()
        if tenant is not None:
            with scope(tenant):
                work(tenant, **kwargs)

    return run
