from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models.providers import IdentityProvider
from tenants.models import Tenant
from tenants.runs import Run
from tenants.scope import ScopedManager


class WhenGone(models.TextChoices):
    DISABLE = "disable", "Disable them"
    DELETE = "delete", "Delete them, after the days of grace"
    NOTHING = "nothing", "Nothing"


class Source(models.Model):
    """A provider whose people become users without signing in first: all of them, and again at each run.

    `watermark` is up to where changes were read, in the source's own words; it holds for one server only.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    provider = models.OneToOneField(IdentityProvider, models.CASCADE, related_name="source")
    is_enabled = models.BooleanField("by itself", default=False, help_text="Runs at the times below.")
    minutes = models.PositiveIntegerField(
        "changes every (minutes)",
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(10_080)],
        help_text="Only what has changed is read then.",
    )
    full_hours = models.PositiveIntegerField(
        "everything every (hours)",
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text="Only this finds who is not there any more, and changes of groups.",
    )
    people = models.CharField(
        "filter",
        max_length=1000,
        blank=True,
        help_text="Who is imported, such as (objectClass=inetOrgPerson). Empty: whom the provider's own filter finds.",
    )
    roles = models.JSONField(
        default=dict, blank=True, help_text="Which role the members of a group have; the first one that fits counts."
    )
    when_gone = models.CharField(
        "who is not there any more", max_length=10, choices=WhenGone.choices, default=WhenGone.DISABLE
    )
    watermark = models.CharField(max_length=500, blank=True, editable=False)
    full_at = models.DateTimeField("everything was read", null=True, editable=False)
    run_at = models.DateTimeField("last run", null=True, editable=False)

    objects = ScopedManager["Source"]()

    class Meta:
        ordering = ["provider__name"]
        verbose_name = "import"

    def __str__(self) -> str:
        return f"Import of {self.provider}"


class Stage(models.TextChoices):
    READING = "reading", "Reading people"
    WEIGHING = "weighing", "Weighing who is gone"
    LEAVING = "leaving", "Putting out who is gone"


class Import(Run):
    """One reading of a source's people."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    source = models.ForeignKey(Source, models.CASCADE, related_name="imports")
    is_full = models.BooleanField("everything")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.READING)
    watermark = models.CharField(max_length=500, blank=True)
    seen = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField("new", default=0)
    changed = models.PositiveIntegerField(default=0)
    restored = models.PositiveIntegerField("back again", default=0)
    gone = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # The first of them, as sentences.
    problems = models.JSONField(default=list)

    objects = ScopedManager["Import"]()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = "import run"
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(progress="running"), name="one_import_of_a_source_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}, {self.started_at:%Y-%m-%d %H:%M}"
