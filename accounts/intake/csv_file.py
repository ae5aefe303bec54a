"""A tenant's users as a file of values divided by commas: how it is read and written. Pure.

Columns may stand in any order and be left out, but for the user name. An empty value leaves what is there as it is.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.names import normal_username
from tenants.csv_lines import lines, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from accounts.models import User

COLUMNS = ("username", "display_name", "email", "role", "groups", "active")
# Written for whoever reads the file, and not read again: nobody is given an id or made an admin by a file.
_TOLD = ("id", "kind", "admin")
_YES, _NO = {"yes", "true", "1"}, {"no", "false", "0"}
_BETWEEN_GROUPS = "|"


class Unreadable(ValueError):
    """The file as a whole can't be read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One user's line: what it says of them, or what is wrong with it."""

    number: int
    username: str
    values: dict[str, Any]
    is_active: bool | None = None
    problem: str = ""


def read(text: Iterable[str]) -> Iterator[Line]:
    """Yield a line for each user, also for those that say nothing usable. Raises Unreadable for the file's head."""
    rows = csv.reader(text)
    try:
        head = [name.strip().lower() for name in next(rows, [])]
        _check(head)
        for row in rows:
            if any(value.strip() for value in row):
                yield _line(rows.line_num, head, [plain(value.strip()) for value in row])
    except csv.Error as error:
        raise Unreadable(f"Line {rows.line_num} can't be read: {error}.") from error


def write(users: Iterable[User]) -> Iterator[str]:
    """Yield the lines of a file that read() understands."""
    yield from lines([[*COLUMNS, *_TOLD]])
    yield from lines(
        [
            *(user.username, user.display_name, user.email, user.role, _BETWEEN_GROUPS.join(user.groups)),
            *("yes" if user.is_active else "no", str(user.pk), user.kind, "yes" if user.is_staff else "no"),
        ]
        for user in users
    )


def _check(head: list[str]) -> None:
    known = {*COLUMNS, *_TOLD}
    if "username" not in head:
        raise Unreadable(f"The first line names the columns, “username” among them. Known: {', '.join(COLUMNS)}.")
    if strangers := sorted(set(head) - known):
        raise Unreadable(f"There is no column “{strangers[0][:50]}”. Known: {', '.join(COLUMNS)}.")
    if len(set(head)) < len(head):
        raise Unreadable("A column is named twice in the first line.")


def _line(number: int, head: list[str], row: list[str]) -> Line:
    if len(row) != len(head):
        return Line(number, "", {}, problem=f"has {len(row)} values where {len(head)} columns are named")
    told = {name: value for name, value in zip(head, row, strict=True) if value and name in COLUMNS}
    username, active = normal_username(told.pop("username", "")), told.pop("active", "").lower()
    if not username:
        return Line(number, "", {}, problem="has no user name")
    if active and active not in _YES | _NO:
        return Line(number, username, {}, problem=f"“{active[:20]}” is neither yes nor no")
    values: dict[str, Any] = dict(told)
    if "groups" in told:
        values["groups"] = [group.strip() for group in told["groups"].split(_BETWEEN_GROUPS) if group.strip()]
    return Line(number, username, values, is_active=active in _YES if active else None)
