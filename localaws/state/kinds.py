"""What a row is made of, as the annotations of its dataclass say; no row needs code of its own to be kept."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from localaws.state.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Kind:
    """The names of the fields with plain values, and those of the shelves with the class of the rows on them."""

    plain: tuple[str, ...]
    shelves: dict[str, type[Any]]


KINDS: dict[type[Any], Kind] = {}


def kind_of(row_class: type[Any]) -> Kind:
    if row_class not in KINDS:
        KINDS[row_class] = read_kind(row_class)
    return KINDS[row_class]


def read_kind(row_class: type[Any]) -> Kind:
    """Fields that no constructor takes are derived from others, and are not kept."""
    hints = get_type_hints(row_class)
    names = [each.name for each in fields(row_class) if each.init]
    shelves = {name: get_args(hints[name])[0] for name in names if get_origin(hints[name]) is Shelf}
    return Kind(tuple(name for name in names if name not in shelves), shelves)


def shelves_of(row: Any) -> Iterator[tuple[str, Shelf[Any]]]:
    return ((name, getattr(row, name)) for name in kind_of(type(row)).shelves)
