"""Who is in which group: the only writer of groups and memberships.

`User.groups` and the memberships say the same, each in the way that its readers need.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.claims import GROUP_MAX
from accounts.models import Group, Membership, User
from accounts.telling import batches, tell
from audit.log import record
from audit.names import EventName

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tenants.models import Tenant


def follow(tenant: Tenant, users: Iterable[User]) -> None:
    """Let memberships say what these users' groups say, in the caller's transaction."""
    wanted = {user.pk: set(user.groups) for user in users}
    there = Membership.objects.filter(tenant=tenant, user__in=wanted).select_related("group")
    known = defaultdict(set)
    gone = []
    for membership in there:
        known[membership.user_id].add(membership.group.name)
        if membership.group.name not in wanted[membership.user_id]:
            gone.append(membership.pk)
    groups = _named(tenant, set().union(*wanted.values()))
    fresh = [
        Membership(tenant=tenant, group=groups[name], user_id=user_id)
        for user_id, names in wanted.items()
        for name in sorted(names - known[user_id])
    ]
    Membership.objects.filter(pk__in=gone).delete()
    Membership.objects.bulk_create(fresh, ignore_conflicts=True)


@transaction.atomic(durable=True)
def make_group(tenant: Tenant, *, name: str, external_id: str = "") -> Group:
    """Make an empty group. Raises ValidationError when the name is wrong or taken."""
    group = Group(tenant=tenant, name=_sound(name), external_id=external_id)
    group.full_clean()
    group.save(force_insert=True)
    record(EventName.GROUP_MADE, tenant_id=tenant.pk, subject_id=group.pk, name=group.name)
    return group


@transaction.atomic(durable=True)
def rename_group(group: Group, *, name: str, external_id: str) -> Group:
    """Give a group another name, which its members then have among theirs. Raises ValidationError."""
    before, group.name, group.external_id = group.name, _sound(name), external_id
    group.full_clean()
    group.version, group.changed_at = group.version + 1, timezone.now()
    group.save(update_fields=["name", "external_id", "version", "changed_at"])
    record(EventName.GROUP_CHANGED, tenant_id=group.tenant_id, subject_id=group.pk, name=group.name)
    if before != group.name:
        _tell(group.tenant, group.memberships.values_list("user_id", flat=True))
    return group


def change_members(group: Group, *, add: Iterable[UUID] = (), remove: Iterable[UUID] = ()) -> None:
    """Put users of the tenant into a group, and others out. Whoever is in already, or not in, stays so."""
    for batch in batches(add):
        with transaction.atomic(durable=True):
            users = User.objects.filter(tenant=group.tenant, pk__in=batch).exclude(memberships__group=group)
            found = list(users.values_list("pk", flat=True))
            rows = [Membership(tenant=group.tenant, group=group, user_id=user_id) for user_id in found]
            Membership.objects.bulk_create(rows, ignore_conflicts=True)
            _changed(group, found)
    for batch in batches(remove):
        with transaction.atomic(durable=True):
            there = Membership.objects.filter(tenant=group.tenant, group=group, user__in=batch)
            found = list(there.values_list("user_id", flat=True))
            there.delete()
            _changed(group, found)


@transaction.atomic(durable=True)
def drop_group(group: Group) -> None:
    """Forget a group; its members stay users."""
    members = list(group.memberships.values_list("user_id", flat=True))
    record(EventName.GROUP_DROPPED, tenant_id=group.tenant_id, subject_id=group.pk, name=group.name)
    tenant = group.tenant
    group.delete()
    _tell(tenant, members)


def _changed(group: Group, user_ids: list[UUID]) -> None:
    if user_ids:
        Group.objects.filter(pk=group.pk).update(version=F("version") + 1, changed_at=timezone.now())
        record(EventName.GROUP_CHANGED, tenant_id=group.tenant_id, subject_id=group.pk, members=len(user_ids))
        _tell(group.tenant, user_ids)


def _tell(tenant: Tenant, user_ids: Iterable[UUID]) -> None:
    """Let the users' own rows say what the memberships say now."""
    for batch in batches(user_ids):
        names = defaultdict(list)
        rows = Membership.objects.filter(tenant=tenant, user__in=batch).order_by("group__name")
        for user_id, name in rows.values_list("user_id", "group__name"):
            names[user_id].append(name)
        users = list(User.objects.select_for_update().filter(tenant=tenant, pk__in=batch))
        for user in users:
            user.groups, user.version = names[user.pk], user.version + 1
        User.objects.bulk_update(users, ["groups", "version"])
        tell(tenant, [user.pk for user in users], EventName.USER_CHANGED)


def _named(tenant: Tenant, names: set[str]) -> dict[str, Group]:
    """Return the groups of these names, made where there is none."""
    found = {group.name: group for group in Group.objects.filter(tenant=tenant, name__in=names)}
    missing = [Group(tenant=tenant, name=name) for name in sorted(names - found.keys())]
    if missing:
        Group.objects.bulk_create(missing, ignore_conflicts=True)
        found |= {group.name: group for group in Group.objects.filter(tenant=tenant, name__in=names)}
    return found


def _sound(name: str) -> str:
    if not name.strip() or len(name) > GROUP_MAX:
        raise ValidationError({"name": f"A group has a name of one to {GROUP_MAX} characters."})
    return name.strip()
