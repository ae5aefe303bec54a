from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from accounts.models import Group
from tenants.models import AWSLink, Tenant
from tenants.runs import Run
from tenants.scope import ScopedManager


class State(models.TextChoices):
    UNSURE = "unsure", "Being created"
    PRESENT = "present", "Known to Chime"
    ABSENT = "absent", "Not at Chime"


class ChimeUser(models.Model):
    """What Chime holds of one user in one app instance, as far as we know. It outlives the user: no foreign key."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    user_id = models.UUIDField()
    app_instance_arn = models.CharField(max_length=200)
    app_instance_user_id = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices)
    name = models.CharField(max_length=100)
    metadata = models.CharField(max_length=1024, blank=True)
    # How often the user was created there: a part of the idempotency token, which so differs from life to life.
    lives = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(default=timezone.now)
    # When a reconciliation last saw the user in Chime's own list.
    seen_at = models.DateTimeField(null=True)

    objects = ScopedManager["ChimeUser"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "app_instance_arn"], name="one_belief_a_user_and_instance"),
        ]
        indexes = [models.Index(fields=["app_instance_arn", "app_instance_user_id"])]

    def __str__(self) -> str:
        return f"{self.app_instance_user_id} ({self.state})"


class Change(models.Model):
    """Look again at this user. It says not what to do, so many changes are one row, and none gets lost.

    `stamp` is new at each change: work done for an older stamp does not finish the row. `due_at` and `leased_until`
    are two fields, or a new change would open the row under a worker that is busy with it.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    user_id = models.UUIDField(unique=True)
    stamp = models.UUIDField(default=uuid.uuid4)
    waiting_since = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    # Which turn of a worker holds the lease, together with others; None for somebody who waits in the foreground.
    turn = models.UUIDField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    gave_up = models.BooleanField(default=False)
    reason = models.TextField(blank=True)

    objects = ScopedManager["Change"]()

    class Meta:
        indexes = [models.Index(fields=["tenant", "gave_up", "due_at"]), models.Index(fields=["turn"])]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.waiting_since:%Y-%m-%d %H:%M:%S}"


class Pause(models.Model):
    """Chime asked this tenant's work to wait, or was away: nothing is tried before `until`."""

    tenant = models.OneToOneField(Tenant, models.CASCADE)
    until = models.DateTimeField()
    failures = models.PositiveIntegerField(default=1)

    objects = ScopedManager["Pause"]()

    def __str__(self) -> str:
        return f"{self.tenant} until {self.until:%H:%M:%S}"


class Budget(models.Model):
    """How many calls a second AWS takes from all of us together: of one app instance, or of one account.

    Two moments say when the next call may be made: one for workers, one for people who wait. `slowed_at` and
    `slowed_to` are what AWS taught us by refusing; the pace recovers from there. Budgets are shared, so they are
    nobody's.
    """

    key = models.CharField(max_length=220, unique=True, editable=False)
    per_second = models.FloatField(
        "calls a second",
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1), MaxValueValidator(100_000)],
        help_text="Where AWS gives another quota than usual: see Service Quotas, Amazon Chime SDK.",
    )
    next_at = models.FloatField(default=0, editable=False)  # seconds since the epoch
    next_interactive_at = models.FloatField(default=0, editable=False)
    slowed_to = models.FloatField(null=True, editable=False)
    slowed_at = models.FloatField(default=0, editable=False)
    throttled = models.PositiveIntegerField("refusals", default=0, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Phase(models.TextChoices):
    LISTING = "listing", "Reading Chime's list"
    MISSING = "missing", "Looking for who is missing there"
    DECIDING = "deciding", "Weighing what was found"
    FIXING = "fixing", "Making it due"


class Reconciliation(Run):
    """One comparison of a tenant's users with Chime's own list, page by page."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    app_instance_arn = models.CharField(max_length=200)
    fixes = models.BooleanField("mends what it finds")
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.LISTING)
    pages = models.PositiveIntegerField("pages read", default=0)
    seen = models.PositiveIntegerField("users at Chime", default=0)

    objects = ScopedManager["Reconciliation"]()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = "comparison with Chime"
        verbose_name_plural = "comparisons with Chime"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(progress="running"), name="one_reconciliation_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tenant}, {self.started_at:%Y-%m-%d %H:%M}"


class DriftKind(models.TextChoices):
    MISSING = "missing", "Missing at Chime"
    EXTRA = "extra", "Extra at Chime"
    DIFFERENT = "different", "Different"


class Decision(models.TextChoices):
    OPEN = "open", "Open"
    FIXED = "fixed", "Fixed: Chime follows the portal"
    ADOPTED = "adopted", "Adopted: the portal follows Chime"
    IGNORED = "ignored", "Ignored"


class Drift(models.Model):
    """One user whom Chime holds otherwise than it ought to, as one reconciliation found it.

    `user_id` is None for an extra user of Chime's that never was one of ours.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    reconciliation = models.ForeignKey(Reconciliation, models.CASCADE, related_name="drifts")
    kind = models.CharField(max_length=10, choices=DriftKind.choices)
    app_instance_user_id = models.CharField("app instance user id", max_length=64)
    user_id = models.UUIDField(null=True)
    name = models.CharField("name in the portal", max_length=100, blank=True)
    metadata = models.CharField("metadata of the portal's", max_length=1024, blank=True)
    name_there = models.CharField("name at Chime", max_length=100, blank=True)
    metadata_there = models.CharField("metadata at Chime", max_length=1024, blank=True)
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN)

    objects = ScopedManager["Drift"]()

    class Meta:
        ordering = ["kind", "app_instance_user_id"]
        verbose_name = "difference"
        indexes = [
            models.Index(fields=["reconciliation", "decision"]),
            models.Index(fields=["tenant", "decision", "app_instance_user_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.app_instance_user_id}"


class Tally(models.Model):
    """What workers did for a tenant in five minutes."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    at = models.DateTimeField()
    settled = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    throttled = models.PositiveIntegerField(default=0)

    objects = ScopedManager["Tally"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "at"], name="one_tally_a_tenant_and_time")]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.tenant}, {self.at:%Y-%m-%d %H:%M}"


class GroupChannel(models.Model):
    """A group whose members are kept as members of a channel. Who else is in the channel is no business of ours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    group = models.OneToOneField(Group, models.CASCADE, related_name="channel")
    channel_arn = models.CharField(
        "channel ARN",
        max_length=300,
        validators=[
            RegexValidator(r"^arn:aws:chime:[a-z0-9-]+:\d{12}:app-instance/[A-Za-z0-9-]{1,64}/channel/[\w.-]+\Z")
        ],
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScopedManager["GroupChannel"]()

    class Meta:
        ordering = ["group__name"]
        verbose_name = "channel of a group"
        verbose_name_plural = "channels of groups"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "channel_arn"],
                name="one_group_a_channel",
                violation_error_message="Another group is tied to this channel.",
            )
        ]

    def __str__(self) -> str:
        return f"Channel of {self.group}"


class ChannelMember(models.Model):
    """Whom we have put into a group's channel. It outlives the user, as what we believe of them does."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    channel = models.ForeignKey(GroupChannel, models.CASCADE, related_name="members")
    user_id = models.UUIDField()
    app_instance_user_id = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager["ChannelMember"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "user_id"], name="channel_member_once")]
        indexes = [models.Index(fields=["tenant", "user_id"])]

    def __str__(self) -> str:
        return f"{self.app_instance_user_id} in {self.channel_id}"


class SyncedTenant(AWSLink):
    """A linked tenant as its admins see how far Chime follows."""

    class Meta:
        proxy = True
        verbose_name = "tenant at Chime"
        verbose_name_plural = "tenants at Chime"
