from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from tenants.encryption import EncryptedField
from tenants.models import Tenant
from tenants.scope import ScopedManager


class SigningKey(models.Model):
    """A key with which a tenant's portal signs tokens; `public` is its JWK, whose `kid` is its RFC 7638 thumbprint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="signing_keys")
    public = models.JSONField()
    secrets = EncryptedField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager["SigningKey"]()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.id} of {self.made_at:%Y-%m-%d}"
