from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from accounts.models.users import User
from tenants.models import Tenant
from tenants.scope import ScopedManager


class Group(models.Model):
    """Some users of a tenant, under the name by which directories, SCIM and rules know them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    name = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, blank=True, help_text="SCIM's externalId (RFC 7643, section 3.1).")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedManager["Group"]()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="group_name_unique_in_tenant")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user in a group. `User.groups` holds the names of the same groups: what decides reads one row."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")

    objects = ScopedManager["Membership"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.group}"
