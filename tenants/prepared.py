"""Queries whose SQL is made once, for the few that stand in the way of every exchange.

Django makes a query's SQL anew each time, which takes ten times as long as a database takes for one row by its key.
What the query is, is still said in Django's own words; only the making is kept (decision 0021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

from tenants.models import Tenant
from tenants.scope import Realm, current_scope, unscoped

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class _Made:
    """A query as one kind of database takes it: SQL, where which value goes, and how rows become objects."""

    sql: str
    params: list[Callable[[dict[str, Any]], Any]]
    compiler: Any
    converters: Any
    model: Any
    names: list[str]
    related: list[Any]


class Prepared(Generic[M]):
    """`rows` makes the query from its values; `slots` says which are ids (UUID) and which are texts (str)."""

    def __init__(self, rows: Callable[..., QuerySet[M]], **slots: type[UUID | str]) -> None:
        self._rows, self._slots = rows, slots
        self._made: dict[str, _Made] = {}

    def all(self, **values: Any) -> list[M]:
        """Return the objects; none of another tenant than the open scope's, where the query names a tenant."""
        if "tenant" in values and not _is_open(values["tenant"]):
            return []
        made = self._made.get(connection.vendor) or self._make()
        with connection.cursor() as cursor:
            cursor.execute(made.sql, [param(values) for param in made.params])
            found = cursor.fetchall()
        if made.converters:
            found = list(made.compiler.apply_converters(found, made.converters))
        return [_object(made, row) for row in found]

    def first(self, **values: Any) -> M | None:
        return next(iter(self.all(**values)), None)

    def _make(self) -> _Made:
        """Make the SQL with values that stand nowhere else, and see where they went."""
        samples = {name: kind(uuid4().hex) for name, kind in self._slots.items()}
        with unscoped():
            compiler = self._rows(**samples).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        info, select = compiler.klass_info, compiler.select
        made = _Made(
            sql,
            [_slot(param, samples) for param in params],
            compiler,
            compiler.get_converters([one[0] for one in select]),
            info["model"],
            [select[place][0].target.attname for place in info["select_fields"]],
            get_related_populators(info, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg] # of a later Django
        )
        self._made[connection.vendor] = made
        return made


def _slot(param: Any, samples: dict[str, Any]) -> Callable[[dict[str, Any]], Any]:
    for name, sample in samples.items():
        if param == sample:
            return lambda values: values[name]
        if isinstance(sample, UUID) and param == sample.hex:  # As SQLite keeps ids.
            return lambda values: values[name].hex
    return lambda _: param


def _object(made: _Made, row: Any) -> Any:
    found = made.model.from_db(DEFAULT_DB_ALIAS, made.names, row[: len(made.names)])
    for populator in made.related:
        populator.populate(row, found)
    return found


def _is_open(tenant_id: UUID) -> bool:
    found = current_scope()
    return found is Realm.EVERYWHERE or (isinstance(found, Tenant) and found.pk == tenant_id)
