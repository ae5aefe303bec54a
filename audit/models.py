from __future__ import annotations

import uuid
from typing import Any, NoReturn, Self

from django.db import models
from django.utils import timezone


class AppendOnly(Exception):
    """A row that is a record of the past was about to be changed."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **_: Any) -> NoReturn:
        raise AppendOnly(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnly(f"{self.model.__name__} rows are not deleted, but for those that have been kept long enough.")

    def forget(self) -> int:
        """Delete records that have been kept for as long as they are to be; return how many there were."""
        return super().delete()[0]


class Record(models.Model):
    """A row that is written once. It holds plain ids, so it outlives what it speaks of."""

    class Meta:
        abstract = True

    @classmethod
    def written(cls, **values: Any) -> Self:
        """Write one row and return it."""
        row = cls(**values)
        row.save(force_insert=True)
        return row


class Event(Record):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    name = models.CharField(max_length=50)
    tenant_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["tenant_id", "-at"]), models.Index(fields=["subject_id", "-at"])]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"


class TaskRun(models.Model):
    """When a task of the timetable last succeeded and last failed. Times in seconds are how long it took."""

    task = models.CharField(max_length=100, unique=True)
    succeeded_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.task
