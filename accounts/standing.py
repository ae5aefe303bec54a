"""Who is in and who is out. Each batch of users is one transaction.

Whoever is deleted is disabled at once, and forgotten when the tenant's days of grace are over: until then restore()
brings back all they were.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import clients, sessions
from accounts.models import Kind, User
from accounts.signals import members_out
from accounts.telling import batches, tell
from accounts.tokens import end_tokens
from audit.log import record_many
from audit.names import EventName

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from tenants.models import Tenant


def approve(tenant: Tenant, user_ids: Iterable[UUID]) -> int:
    """Let waiting users in; return how many were waiting."""
    waiting = User.objects.filter(awaits_approval=True)
    return _change_many(
        tenant, user_ids, waiting, EventName.USER_APPROVED, {"is_active": True, "awaits_approval": False}
    )


def disable(tenant: Tenant, user_ids: Iterable[UUID]) -> int:
    """Put users out on every path at once: sessions end, tokens and exchange refuse, Chime shows them as disabled."""
    active = User.objects.filter(is_active=True)
    values = {"is_active": False, "disabled_at": timezone.now()}
    return _change_many(tenant, user_ids, active, EventName.USER_DISABLED, values)


def restore(tenant: Tenant, user_ids: Iterable[UUID]) -> int:
    """Undo disable() and delete(). Ended sessions stay ended."""
    disabled = User.objects.filter(is_active=False, awaits_approval=False)
    values = {"is_active": True, "disabled_at": None, "deleted_at": None}
    return _change_many(tenant, user_ids, disabled, EventName.USER_RESTORED, values)


def revoke(tenant: Tenant, user_ids: Iterable[UUID]) -> int:
    """End all that users were given, here and at AWS, and leave them users: who can still sign in may do so again."""
    revoked = 0
    for batch in batches(user_ids):
        with transaction.atomic(durable=True):
            users = User.objects.filter(tenant=tenant, pk__in=batch)
            found = list(users.select_for_update().values_list("pk", flat=True))
            _put_out(tenant, found)
            record_many(EventName.USER_REVOKED, tenant_id=tenant.pk, subject_ids=found)
            revoked += len(found)
    return revoked


def delete(tenant: Tenant, user_ids: Iterable[UUID]) -> int:
    """Put users out, to be forgotten after the tenant's days of grace; guests and whoever is deleted again, at once."""
    now = timezone.now()
    values = {"is_active": False, "awaits_approval": False, "disabled_at": now, "deleted_at": now}
    deleted = 0
    for batch in batches(user_ids):
        users = User.objects.filter(tenant=tenant, pk__in=batch)
        kept = users.filter(deleted_at=None).exclude(kind=Kind.GUEST) if tenant.grace_days else users.none()
        kept_ids = set(kept.values_list("pk", flat=True))
        deleted += erase(tenant, [user_id for user_id in batch if user_id not in kept_ids])
        deleted += _change_many(tenant, kept_ids, User.objects.all(), EventName.USER_LEAVING, values)
    return deleted


def erase(tenant: Tenant, user_ids: Iterable[UUID]) -> int:
    """Forget users and what is theirs for good. Their ids are never given to anybody else."""
    deleted = 0
    for batch in batches(user_ids):
        with transaction.atomic(durable=True):
            users = User.objects.filter(tenant=tenant, pk__in=batch)
            # Locked in the order of the other bulk changes, or the database would have to end one of two by force.
            found = list(users.select_for_update().values_list("pk", flat=True))
            _put_out(tenant, found)
            users.delete()
            tell(tenant, found, EventName.USER_DELETED)
            deleted += len(found)
    return deleted


def forget_guests(tenant: Tenant, *, before: datetime) -> int:
    """Delete the guests that came before this moment; return how many."""
    old = User.objects.filter(tenant=tenant, kind=Kind.GUEST, created_at__lt=before)
    return erase(tenant, old.values_list("pk", flat=True))


def end_grace(tenant: Tenant, *, now: datetime) -> int:
    """Forget the deleted whom nobody wanted back in time; return how many."""
    before = now - timedelta(days=tenant.grace_days)
    over = User.objects.filter(tenant=tenant, deleted_at__lte=before)
    return erase(tenant, over.values_list("pk", flat=True))


def _change_many(tenant: Tenant, user_ids: Iterable[UUID], rows: Any, name: EventName, values: dict[str, Any]) -> int:
    changed = 0
    for batch in batches(user_ids):
        with transaction.atomic(durable=True):
            these = rows.filter(tenant=tenant, pk__in=batch)
            found = list(these.select_for_update().values_list("pk", flat=True))
            User.objects.filter(tenant=tenant, pk__in=found).update(version=F("version") + 1, **values)
            if values["is_active"] is False:
                _put_out(tenant, found)
            tell(tenant, found, name)
            changed += len(found)
    return changed


def _put_out(tenant: Tenant, user_ids: list[UUID]) -> None:
    """End all that these users were given, here and upstairs."""
    sessions.end_all(user_ids)
    clients.end_tokens(user_ids)
    end_tokens(tenant, user_ids)
    members_out.send(User, tenant_id=tenant.pk, user_ids=user_ids)
