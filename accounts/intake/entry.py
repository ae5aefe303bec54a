"""What a source says of one person, and of what became of a page of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.claims import Claims


@dataclass(frozen=True, slots=True)
class Entry:
    """`is_active` is False for whoever the source still has and lets in no more."""

    claims: Claims
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, sentences about those that can't be used, and how far the source has been read after them."""

    entries: list[Entry]
    problems: list[str] = field(default_factory=list)
    cursor: str = ""
    watermark: str = ""


@dataclass(slots=True)
class Tally:
    """What became of a page."""

    made: int = 0
    changed: int = 0
    restored: int = 0
    problems: list[str] = field(default_factory=list)


def role_of(groups: tuple[str, ...], roles: Mapping[str, str], usual: str) -> str:
    """Return the role that the first fitting group gives."""
    return next((role for group, role in roles.items() if group in groups), usual)
