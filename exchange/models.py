from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from accounts.names import check_role
from audit.models import AppendOnlyQuerySet, Record
from tenants.encryption import EncryptedField
from tenants.models import Tenant
from tenants.scope import ScopedManager

GUEST_SECONDS_MAX = 3_600


class Profile(models.TextChoices):
    MEMBER = "member", "Members"
    GUEST = "guest", "Guests"


class Rule(models.Model):
    """Which role at AWS some of a tenant's people act as, and for how long at a time.

    Of the rules that are for somebody the first one counts: by position, and then one for few before one for all.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="rules")
    profile = models.CharField("for", max_length=10, choices=Profile.choices)
    user_role = models.CharField(
        "only those of the role", max_length=40, blank=True, validators=[check_role], help_text="Such as moderator."
    )
    group = models.CharField(
        "only those in the group",
        max_length=200,
        blank=True,
        help_text="Exactly as the identity provider or directory tells it.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Rules are tried in this order, the least first.")
    role_arn = models.CharField(
        "role ARN",
        max_length=2048,
        validators=[RegexValidator(r"^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}\Z")],
    )
    max_seconds = models.PositiveIntegerField(
        "at most (seconds)",
        default=3_600,
        # STS, AssumeRole: DurationSeconds is 900 to 43,200.
        validators=[MinValueValidator(900), MaxValueValidator(43_200)],
        help_text="Not more than the role's own maximum session duration.",
    )

    objects = ScopedManager["Rule"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "profile", "user_role", "group"],
                name="one_rule_for_each",
                violation_error_message="There is a rule for just these people already.",
            )
        ]

    def __str__(self) -> str:
        few = " ".join(filter(None, [self.user_role, self.group]))
        return f"{self.get_profile_display()}{few and f' ({few})'}: {self.role_arn}"

    def clean(self) -> None:
        if self.profile == Profile.GUEST and (self.user_role or self.group):
            raise ValidationError("Guests have no role and no group.")
        if self.profile == Profile.GUEST and self.max_seconds > GUEST_SECONDS_MAX:
            raise ValidationError({"max_seconds": f"A guest's credentials last {GUEST_SECONDS_MAX} seconds at most."})


class KeptCredentials(models.Model):
    """Credentials that may be given to the same user again: of each user and grant (but its exchange id) the latest."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    user_id = models.UUIDField()
    grant_digest = models.CharField(max_length=64)
    exchange_id = models.UUIDField()
    secrets = EncryptedField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = ScopedManager["KeptCredentials"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user_id", "grant_digest"], name="one_kept_a_user_and_grant")
        ]

    def __str__(self) -> str:
        return f"of exchange {self.exchange_id}"


class IssuanceManager(ScopedManager["Issuance"].from_queryset(AppendOnlyQuerySet)):  # type: ignore[misc]
    """Issuances of the open scope; written once, never changed."""


class Issuance(Record):
    """That credentials were given out: to whom, on what proof, for which role. Never the credentials."""

    id = models.UUIDField("exchange id", primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.DO_NOTHING, db_constraint=False)
    user_id = models.UUIDField(db_index=True)
    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)
    proof_kind = models.CharField("proof", max_length=20)
    proof_reference = models.CharField(max_length=64, blank=True)
    role_arn = models.CharField(max_length=2048)
    session_name = models.CharField(max_length=64)
    tags = models.JSONField()
    access_key_id = models.CharField(max_length=128)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = IssuanceManager()

    class Meta:
        ordering = ["-issued_at"]
        indexes = [models.Index(fields=["tenant", "-issued_at"])]

    def __str__(self) -> str:
        return f"{self.username} as {self.session_name}"
