from __future__ import annotations

import uuid

from allauth.idp.oidc.models import Client
from django.db import models

from accounts.models.users import User
from tenants.models import Tenant
from tenants.scope import ScopedManager


class ClientRegistration(models.Model):
    """Whose an OAuth client is, and what it may do beyond what allauth keeps of it (OAuth 2.0, section 2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    client = models.OneToOneField(Client, models.CASCADE, related_name="registration")
    targets = models.TextField(blank=True)
    may_act = models.BooleanField(default=False)
    app = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)

    objects = ScopedManager["ClientRegistration"]()

    class Meta:
        ordering = ["client__name"]
        verbose_name = "OAuth client"

    def __str__(self) -> str:
        return str(self.client.name)

    def get_targets(self) -> list[str]:
        """Resources (RFC 8707) and audiences (RFC 8693) for which it may get tokens, besides the portal."""
        return self.targets.split()
