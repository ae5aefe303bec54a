from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from accounts.models.providers import IdentityProvider
from accounts.models.users import User
from tenants.models import Tenant
from tenants.scope import ScopedManager

if TYPE_CHECKING:
    from datetime import datetime


class WhenOut(models.TextChoices):
    DISABLE = "disable", "Disable them"
    DELETE = "delete", "Delete them, after the days of grace"


class SCIMToken(models.Model):
    """A bearer token by which a directory keeps a tenant's users (RFC 7644), and what its words mean here.

    The secret is shown once; only its HMAC is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    name = models.CharField(max_length=100, help_text="Which directory has it, such as “Entra ID, 2026”.")
    # Where these people sign in; their externalId is the subject there.
    provider = models.ForeignKey(IdentityProvider, models.SET_NULL, null=True, blank=True)
    when_inactive = models.CharField(
        "when it says inactive", max_length=10, choices=WhenOut.choices, default=WhenOut.DISABLE
    )
    when_deleted = models.CharField("when it deletes", max_length=10, choices=WhenOut.choices, default=WhenOut.DELETE)
    prefix = models.CharField("starts with", max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = ScopedManager["SCIMToken"]()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "SCIM token"

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"

    def is_valid_at(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now


class SCIMUser(models.Model):
    """What a directory says of a user beyond the user's own row: under which name and id it knows them, and the rest.

    `key` is the user name as it is compared. Whoever the directory deleted is `gone_at` that moment: SCIM does not show
    them any more, whether or not the portal still has them.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    user = models.OneToOneField(User, models.CASCADE, related_name="scim")
    user_name = models.CharField(max_length=255)
    key = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    gone_at = models.DateTimeField(null=True, editable=False)

    objects = ScopedManager["SCIMUser"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key"], condition=models.Q(gone_at=None), name="scim_user_name_unique_in_tenant"
            )
        ]
        indexes = [models.Index(fields=["tenant", "external_id"])]

    def __str__(self) -> str:
        return self.user_name
