from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from accounts.models.providers import IdentityProvider
from accounts.models.users import User
from tenants.models import Tenant
from tenants.scope import ScopedManager


class Identity(models.Model):
    """Under which subject a provider knows a user. The subject never changes hands; names and addresses may."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    # When an import last found them active in the source, and since when it finds them there no more.
    seen_at = models.DateTimeField(null=True, editable=False)
    gone_at = models.DateTimeField(null=True, editable=False)

    objects = ScopedManager["Identity"]()

    class Meta:
        ordering = ["created_at"]
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "provider", "subject"], name="identity_unique_in_tenant")
        ]
        indexes = [models.Index(fields=["provider", "seen_at"])]

    def __str__(self) -> str:
        return f"{self.provider}: {self.subject}"


class UsedProof(models.Model):
    """The id of a one-time proof (a SAML assertion, an id_token) that was used, kept until the proof expires."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    provider = models.ForeignKey(IdentityProvider, models.CASCADE)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the proof's id, in hexadecimal.")
    expires_at = models.DateTimeField(db_index=True)

    objects = ScopedManager["UsedProof"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "provider", "digest"], name="proof_used_once")]

    def __str__(self) -> str:
        return self.digest
