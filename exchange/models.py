from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from accounts.names import check_role
from audit.models import AppendOnlyQuerySet, Record
from exchange import naming
from exchange.abilities import SESSION_POLICY_MAX, Ability, place_of, session_policy
from exchange.tags import OWN
from tenants.encryption import EncryptedField
from tenants.models import AWSLink, Tenant, Way
from tenants.scope import ScopedManager

GUEST_SECONDS_MAX = 3_600


class Profile(models.TextChoices):
    MEMBER = "member", "Members"
    GUEST = "guest", "Guests"


class Rule(models.Model):
    """Which role at AWS some of a tenant's people act as, what they may do by it, and for how long at a time.

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
        blank=True,
        validators=[RegexValidator(r"^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}\Z")],
        help_text="Empty until “provision” makes the role.",
    )
    abilities = models.JSONField(default=list, help_text="What the role is made for.")
    narrows = models.BooleanField(
        "session policy",
        default=False,
        help_text="Each session may do just this, even where the role may do more.",
    )
    session_name = models.CharField(
        max_length=200,
        default=naming.USUAL_NAME,
        help_text="How CloudTrail calls people: ${user_id}, ${username}, ${email}, ${display_name}, ${role}.",
    )
    tags = models.JSONField("session tags", default=dict, blank=True)
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
        self._check_abilities()
        self._check_templates()

    def _check_abilities(self) -> None:
        known = [ability.value for ability in Ability if ability in self.abilities]
        if len(known) != len(self.abilities) or not known:
            raise ValidationError({"abilities": f"Choose among {', '.join(Ability)}."})
        self.abilities = known
        if not hasattr(self, "tenant") or not hasattr(self.tenant, "aws_link"):
            return
        link = self.tenant.aws_link
        if Ability.ATTACH in known and not link.files_bucket:
            raise ValidationError({"abilities": "The tenant's AWS link names no bucket for files."})
        if self.narrows and link.way == Way.COGNITO_ENHANCED:
            raise ValidationError({"narrows": "Cognito's enhanced flow takes no session policy."})
        place = place_of(link.app_instance_arn, shared=False, files_bucket=link.files_bucket)
        if self.narrows and len(session_policy(place, [Ability(name) for name in known])) > SESSION_POLICY_MAX:
            raise ValidationError({"narrows": f"A session policy has {SESSION_POLICY_MAX} characters at most."})

    def _check_templates(self) -> None:
        if not isinstance(self.tags, dict) or not all(isinstance(value, str) for value in self.tags.values()):
            raise ValidationError({"tags": "Tags are names with texts."})
        try:
            naming.check_name(self.session_name)
        except naming.Malformed as malformed:
            raise ValidationError({"session_name": str(malformed)}) from malformed
        try:
            naming.check_tags(self.tags, OWN)
        except naming.Malformed as malformed:
            raise ValidationError({"tags": str(malformed)}) from malformed


class Checkup(AWSLink):
    """A linked tenant as its admins look at it when something is refused."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "check-ups"


class ProvisionedTenant(Tenant):
    """A tenant as an operator makes what it needs at AWS."""

    class Meta:
        proxy = True
        verbose_name = "tenant at AWS"
        verbose_name_plural = "provisioning"


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


class Revocation(models.Model):
    """That somebody's sessions at AWS which began before a moment are to end: asked when, denied when, and where."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    user_id = models.UUIDField(db_index=True)
    username = models.CharField(max_length=150)
    user_tag = models.CharField(max_length=256)
    before = models.DateTimeField()
    asked_at = models.DateTimeField()
    denied_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField("over at", db_index=True)
    roles = models.JSONField()
    waiting = models.JSONField()
    pruned = models.BooleanField(default=False)

    objects = ScopedManager["Revocation"]()

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["tenant", "-asked_at"])]

    def __str__(self) -> str:
        return f"{self.username}, before {self.before:%Y-%m-%d %H:%M:%S}"


class DeniedRole(models.Model):
    """A role whose policy needs a look, or needed one; `stamp` changes with each reason for it."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    role_arn = models.CharField(max_length=2048)
    stamp = models.UUIDField(default=uuid.uuid4)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)

    objects = ScopedManager["DeniedRole"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "role_arn"], name="one_denied_role_a_tenant")]

    def __str__(self) -> str:
        return self.role_arn


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
