"""Whose rows may be seen right now. Without a scope a tenant's rows can't be read at all.

The scope is opened once, at the door: by the middleware from the request's host, by a task from its tenant, by a
command by name. Related objects and foreign keys go round the manager (Django's base manager), so queries still name
their tenant and services compare ids against the scope; the manager is the safeguard, not the rule.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from tenants.models import Tenant

if TYPE_CHECKING:
    from collections.abc import Iterator


class Realm(Enum):
    """The two scopes that are no tenant: the operator's own rows, and everybody's."""

    OPERATOR = auto()
    EVERYWHERE = auto()


Scope = Tenant | Realm
M = TypeVar("M", bound=models.Model)

_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


class NoScope(RuntimeError):
    """Code asked for a tenant's rows without saying whose: a mistake of ours, never a client's."""


@contextmanager
def scope(of: Tenant | None) -> Iterator[None]:
    """Narrow every scoped manager to one tenant, or with None to the operator's own rows."""
    with _opened(of or Realm.OPERATOR):
        yield


@contextmanager
def unscoped() -> Iterator[None]:
    """Open everybody's rows: for the operator's pages and for work over all tenants."""
    with _opened(Realm.EVERYWHERE):
        yield


def current_scope() -> Scope:
    """Return the open scope; raise NoScope when there is none."""
    found = _scope.get()
    if found is None:
        raise NoScope("No tenant's scope is open here: use scope(tenant) or unscoped().")
    return found


def current_tenant() -> Tenant | None:
    """Return the tenant whose scope is open, or None on the operator's side."""
    found = current_scope()
    return found if isinstance(found, Tenant) else None


def narrowed(rows: models.QuerySet[M], path: str = "tenant") -> models.QuerySet[M]:
    """Return those of `rows` that the open scope may see; `path` leads from a row to its tenant."""
    found = current_scope()
    if found is Realm.EVERYWHERE:
        return rows
    return rows.filter(**{path: found if isinstance(found, Tenant) else None})


class ScopedManager(models.Manager[M]):
    def get_queryset(self) -> models.QuerySet[M]:
        return narrowed(super().get_queryset())


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Keep tenants apart in the shared cache, where allauth's rate limits and our throttles count."""
    found: Any = _scope.get()
    owner = found.pk if isinstance(found, Tenant) else "-"
    return f"{key_prefix}:{version}:{owner}:{key}"


@contextmanager
def _opened(found: Scope) -> Iterator[None]:
    token = _scope.set(found)
    try:
        yield
    finally:
        _scope.reset(token)
