from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from tenants.models import Tenant
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
    attempts = models.PositiveIntegerField(default=0)
    gave_up = models.BooleanField(default=False)
    reason = models.TextField(blank=True)

    objects = ScopedManager["Change"]()

    class Meta:
        indexes = [models.Index(fields=["tenant", "gave_up", "due_at"])]

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
