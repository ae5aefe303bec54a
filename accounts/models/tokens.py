from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from accounts.models.users import User
from tenants.models import Tenant
from tenants.scope import ScopedManager

if TYPE_CHECKING:
    from datetime import datetime


class APIToken(models.Model):
    """A bearer token that stands for a user. The secret is shown once and kept as a SHA-256 digest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, help_text="What the token is for, such as “build server”.")
    prefix = models.CharField("starts with", max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = ScopedManager["APIToken"]()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"

    def is_valid_at(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now
