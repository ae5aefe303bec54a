from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from accounts import arrivals, clients, sessions, signing, standing
from accounts.intake import runs
from accounts.models import IdentityProvider, ProviderKind
from accounts.saml.refresh import refresh
from tenants import bell
from tenants.models import Tenant
from tenants.scope import scope, unscoped
from tenants.tasks import tenant_task


@shared_task
def forget_guests() -> None:
    """Delete, in every tenant, the guests whose days are over; Chime's own expiration runs beside it."""
    for tenant in Tenant.objects.filter(is_active=True):
        with scope(tenant):
            standing.forget_guests(tenant, before=timezone.now() - timedelta(days=tenant.guest_days))


@tenant_task
def run_imports(tenant: Tenant) -> None:
    if runs.go_on(tenant):
        bell.ring("accounts.tasks.run_imports", tenant.pk)


@shared_task
def start_imports() -> None:
    """Begin, in every tenant, the imports whose time has come."""
    now = timezone.now()
    for tenant in runs.tenants_with_work(now):
        with scope(tenant):
            runs.start_due(tenant, now=now)


@shared_task
def end_grace() -> None:
    """Forget, in every tenant, the deleted whose days of grace are over."""
    for tenant in Tenant.objects.filter(is_active=True):
        with scope(tenant):
            standing.end_grace(tenant, now=timezone.now())


@shared_task
def forget_used_proofs() -> None:
    """Delete, in every tenant, the ids of one-time proofs that nobody can use again anyway."""
    for tenant in Tenant.objects.all():
        with scope(tenant):
            arrivals.forget_used_proofs(now=timezone.now())


@shared_task
def refresh_metadata() -> None:
    """Read, in every tenant, the metadata that SAML providers publish."""
    for tenant in Tenant.objects.filter(is_active=True):
        with scope(tenant):
            for provider in IdentityProvider.objects.filter(tenant=tenant, kind=ProviderKind.SAML):
                if provider.settings.get("metadata_url"):
                    refresh(provider, now=timezone.now())


@shared_task
def take_turns_of_signing_keys() -> None:
    for tenant in Tenant.objects.all():
        with scope(tenant):
            signing.take_turns(tenant, now=timezone.now())


@shared_task
def clear_sessions() -> None:
    """Delete sessions and tokens that are over: nobody can use them any more."""
    call_command("clearsessions")
    sessions.forget_ended()
    with unscoped():
        clients.forget_expired_tokens()
