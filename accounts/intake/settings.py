"""How a provider's people are imported. The only writer of sources, but for how far they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.intake import sources
from accounts.models import Source
from audit.log import record
from audit.names import EventName

if TYPE_CHECKING:
    from accounts.models import IdentityProvider

# What is read otherwise than before has to be read anew, all of it.
_READ = {"people", "roles"}


@transaction.atomic(durable=True)
def add_source(provider: IdentityProvider, **values: Any) -> Source:
    """Let a provider's people be imported. Raises ValidationError when a value is wrong, or there is an import."""
    if provider.kind not in sources.KINDS:
        raise ValidationError({"provider": f"{provider} has no list of its people that could be read."})
    source = Source(tenant=provider.tenant, provider=provider, **values)
    source.full_clean()
    source.save(force_insert=True)
    record(EventName.IMPORT_SET_UP, tenant_id=source.tenant_id, subject_id=provider.pk, minutes=source.minutes)
    return source


@transaction.atomic(durable=True)
def change_source(source: Source, **changes: Any) -> None:
    """Change how people are imported. Raises ValidationError."""
    if any(name in _READ and getattr(source, name) != value for name, value in changes.items()):
        changes["watermark"] = ""
    for name, value in changes.items():
        setattr(source, name, value)
    source.full_clean()
    source.save(update_fields=list(changes))
    record(
        EventName.IMPORT_SET_UP, tenant_id=source.tenant_id, subject_id=source.provider_id, changed=", ".join(changes)
    )


@transaction.atomic(durable=True)
def drop_source(source: Source) -> None:
    """Import no more. Who was imported stays a user."""
    record(EventName.IMPORT_DROPPED, tenant_id=source.tenant_id, subject_id=source.provider_id)
    source.delete()
