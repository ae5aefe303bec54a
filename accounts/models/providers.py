from __future__ import annotations

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from accounts.names import MEMBER, check_role
from tenants.encryption import EncryptedField
from tenants.models import Tenant, check_host
from tenants.scope import ScopedManager


class ProviderKind(models.TextChoices):
    LDAP = "ldap", "LDAP or Active Directory"
    SAML = "saml", "SAML 2.0"
    OIDC = "oidc", "OpenID Connect"
    COGNITO = "cognito", "Amazon Cognito user pool"
    GOOGLE = "google", "Google"
    APPLE = "apple", "Apple"
    FACEBOOK = "facebook", "Facebook"
    AMAZON = "amazon", "Login with Amazon"


class IdentityProvider(models.Model):
    """One way in that a tenant has set up, beside the portal's own passwords.

    `settings` are the values of its kind (accounts/providers holds a file for each), `secrets` those of them that
    nobody may read again. `attribute_map` leads from our names (accounts/claims.py) to the provider's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="identity_providers")
    kind = models.CharField(max_length=10, choices=ProviderKind.choices)
    slug = models.CharField(
        max_length=40,
        validators=[RegexValidator(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z")],
        help_text="Part of the addresses you give to the provider, such as “okta”. It can't be changed later.",
    )
    name = models.CharField(max_length=60, help_text="What the sign-in page calls it, such as “Acme staff”.")
    position = models.PositiveIntegerField(default=0, help_text="The sign-in page shows the lowest first.")
    is_enabled = models.BooleanField("switched on", default=False)
    settings = models.JSONField(default=dict, blank=True)
    secrets = EncryptedField(blank=True)
    attribute_map = models.JSONField(default=dict, blank=True)
    creates_users = models.BooleanField(
        "new people become users", default=True, help_text="When off, only people who are users already get in."
    )
    updates_users = models.BooleanField(
        "names and groups follow the provider", default=True, help_text="At each sign-in."
    )
    default_role = models.CharField(max_length=40, default=MEMBER, validators=[check_role])
    tested_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedManager["IdentityProvider"]()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "slug"],
                name="provider_slug_unique_in_tenant",
                violation_error_message="Another identity provider of yours has this short name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class EmailDomain(models.Model):
    """A domain of e-mail addresses that a tenant says is its own; `verified_at` once it has proved it.

    Addresses of a verified domain find their provider on the sign-in page.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="email_domains")
    domain = models.CharField(max_length=253, validators=[check_host])
    provider = models.ForeignKey(IdentityProvider, models.SET_NULL, null=True, blank=True, related_name="email_domains")
    verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedManager["EmailDomain"]()

    class Meta:
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "domain"],
                name="email_domain_unique_in_tenant",
                violation_error_message="This domain is in your list already.",
            ),
            models.UniqueConstraint(
                fields=["domain"],
                condition=models.Q(verified_at__isnull=False),
                name="verified_email_domain_unique",
                violation_error_message="This domain belongs to somebody else.",
            ),
        ]

    def __str__(self) -> str:
        return self.domain
