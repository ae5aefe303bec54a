"""The only writer of identity providers: a tenant's ways in beside the portal's own passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts.models import IdentityProvider
from audit.log import record
from audit.names import EventName
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tenants.models import Tenant

# What a test is good for: after a change of these it says nothing any more.
_TESTED = {"settings", "secrets", "attribute_map"}


@transaction.atomic(durable=True)
def add_provider(tenant: Tenant, *, kind: str, slug: str, name: str, **rest: Any) -> IdentityProvider:
    """Add a provider, which is switched off. Raises ValidationError when a value is wrong or taken."""
    provider = IdentityProvider(tenant=tenant, kind=kind, slug=slug, name=name, **rest)
    provider.full_clean()
    provider.save(force_insert=True)
    record(EventName.PROVIDER_ADDED, tenant_id=tenant.pk, subject_id=provider.pk, kind=kind, slug=slug)
    return provider


@transaction.atomic(durable=True)
def change_provider(provider: IdentityProvider, **changes: Any) -> None:
    """Change some values; the audit trail names them, and tells no secret. Raises ValidationError.

    What is read or asked in another way than before has to be tested again; until then it is switched off.
    """
    if any(name in _TESTED and getattr(provider, name) != value for name, value in changes.items()):
        changes |= {"tested_at": None, "is_enabled": False}
    for name, value in changes.items():
        setattr(provider, name, value)
    provider.full_clean()
    provider.save(update_fields=list(changes))
    record(EventName.PROVIDER_CHANGED, tenant_id=provider.tenant_id, subject_id=provider.pk, changed=", ".join(changes))


@transaction.atomic(durable=True)
def renew(provider: IdentityProvider, *, settings: dict[str, Any]) -> None:
    """Take over what a provider publishes of itself, which nobody has to test, unless an admin changed it meanwhile."""
    rows = IdentityProvider.objects.select_for_update().filter(tenant=provider.tenant, pk=provider.pk)
    if rows.first() is None or rows[0].settings != provider.settings:
        return
    rows.update(settings=settings)
    record(EventName.PROVIDER_CHANGED, tenant_id=provider.tenant_id, subject_id=provider.pk, changed="settings")


@transaction.atomic(durable=True)
def note_test(provider: IdentityProvider, *, now: datetime) -> None:
    """Note that a test of the provider, as it is set up now, went well."""
    provider.tested_at = now
    IdentityProvider.objects.filter(tenant=provider.tenant, pk=provider.pk).update(tested_at=now)


@transaction.atomic(durable=True)
def switch(provider: IdentityProvider, *, on: bool) -> None:
    """Let people in by the provider, or nobody any more. Raises a Refusal (409) for one that was not tested."""
    if on and not IdentityProvider.objects.filter(tenant=provider.tenant, pk=provider.pk, tested_at__isnull=False):
        sentence = f"Test {provider.name} first: it was not tested as it is set up now."
        raise Refusal("provider_untested", sentence, status=409)
    if IdentityProvider.objects.filter(tenant=provider.tenant, pk=provider.pk, is_enabled=not on).update(is_enabled=on):
        name = EventName.PROVIDER_SWITCHED_ON if on else EventName.PROVIDER_SWITCHED_OFF
        record(name, tenant_id=provider.tenant_id, subject_id=provider.pk)
    provider.is_enabled = on


@transaction.atomic(durable=True)
def drop_provider(tenant: Tenant, provider_id: UUID) -> None:
    """Remove a provider and what it knows of users; the users stay. Raises a Refusal when there is none."""
    found = IdentityProvider.objects.filter(tenant=tenant, pk=provider_id)
    if not found.exists():
        raise Refusal("unknown_provider", "There is no such identity provider.", status=404)
    found.delete()
    record(EventName.PROVIDER_DROPPED, tenant_id=tenant.pk, subject_id=provider_id)


def ways_in(tenant: Tenant) -> list[IdentityProvider]:
    """The switched-on providers, in the order of the sign-in page."""
    return list(IdentityProvider.objects.filter(tenant=tenant, is_enabled=True))


def provider_named(tenant: Tenant, slug: str) -> IdentityProvider | None:
    """The provider of this short name, switched on or not."""
    return IdentityProvider.objects.filter(tenant=tenant, slug=slug).select_related("tenant").first()


def find_provider(tenant: Tenant, slug: str) -> IdentityProvider:
    """The switched-on provider of this short name. Raises a Refusal (404)."""
    found = IdentityProvider.objects.filter(tenant=tenant, slug=slug, is_enabled=True).first()
    if found is None:
        raise Refusal("unknown_provider", "There is no such identity provider.", status=404)
    return found
