"""Rows a page at a time, each page found by where the last one ended: constant memory, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

M = TypeVar("M", bound=models.Model)

_SIZE = 500  # rows that one transaction changes: SQLite's writer is held for a moment only


def pages(rows: QuerySet[M], *, after: Any = None, size: int = _SIZE) -> Iterator[list[M]]:
    """Yield the rows in the order of their keys, beginning after a key. What is changed meanwhile is seen or not."""
    rows = rows.order_by("pk")
    while page := list((rows.filter(pk__gt=after) if after is not None else rows)[:size]):
        yield page
        after = page[-1].pk


def key_pages(rows: QuerySet[M], *, size: int = _SIZE) -> Iterator[list[Any]]:
    """Yield the keys of the rows likewise."""
    keys, after = rows.order_by("pk").values_list("pk", flat=True), None
    while page := list((keys.filter(pk__gt=after) if after is not None else keys)[:size]):
        yield page
        after = page[-1]
