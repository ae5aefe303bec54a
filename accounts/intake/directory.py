"""LDAP directories as a source: everything, or what changed since by `modifyTimestamp` or `uSNChanged`.

RFC 4512, section 3.4 (modifyTimestamp); [MS-ADTS], section 3.1.1.1.9 (uSNChanged, which counts for one server alone).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from accounts import ldap_pages
from accounts.claims import Unusable, read
from accounts.intake.entry import Entry, Page
from accounts.kinds import attribute_map
from accounts.kinds import ldap as kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import Import, Source

_TIMESTAMP, _USN = "modifyTimestamp", "uSNChanged"


def pages(run: Import) -> Iterator[Page]:
    """Yield pages of 500 entries. A directory is always read from its beginning: its cookies die with a connection."""
    directory = kind.directory(run.source.provider)
    with ldap_pages.reading(directory) as reading:
        since = "" if run.is_full else _since(run.source.watermark, reading.server)
        condition = f"(&{_everybody(run.source, directory)}{since})"
        mark = _Mark(reading.server)
        for entries in reading.pages(condition, [*attribute_map(run.source.provider).values(), _TIMESTAMP, _USN]):
            yield _page(run.source, directory, entries, mark)


def check_filter(condition: str) -> None:
    """Raises ValidationError for what is plainly none (RFC 4515)."""
    if not condition.startswith("(") or condition.count("(") != condition.count(")"):
        raise ValidationError("A filter has all its parentheses, as (objectClass=inetOrgPerson).")


def _everybody(source: Source, directory: kind.Directory) -> str:
    """Whom to read: as the set-up says, or whoever could sign in."""
    return source.people or directory.filter.replace("{username}", "*")


def _page(source: Source, directory: kind.Directory, found: list[kind.Entry], mark: _Mark) -> Page:
    names = attribute_map(source.provider)
    entries, problems = {}, []
    for one in found:
        mark.see(one)
        try:
            claims = read(kind.said(one), names)
        except Unusable as unusable:
            problems.append(f"{one.dn}: {unusable}")
        else:
            entries[claims.subject] = Entry(claims, is_active=kind.may_enter(directory, one))
    return Page(list(entries.values()), problems, watermark=str(mark))


class _Mark:
    """Up to where a server's changes have been read: its name, the attribute, and the highest value seen."""

    def __init__(self, server: str) -> None:
        self.server, self.usn, self.time = server, 0, ""

    def see(self, entry: kind.Entry) -> None:
        self.usn = max(self.usn, int(_value(entry, _USN) or 0))
        self.time = max(self.time, _value(entry, _TIMESTAMP))

    def __str__(self) -> str:
        if self.usn:
            return f"{self.server} {_USN} {self.usn}"
        return f"{self.server} {_TIMESTAMP} {self.time}" if self.time else ""


def _since(watermark: str, server: str) -> str:
    """The condition for what changed, or none where another server was read before: its count says nothing here.

    What changed in the second of the mark is read again, since more may have changed in it.
    """
    marked, attribute, value = watermark.split(" ")
    if attribute == _USN:
        return f"({_USN}>={int(value) + 1})" if marked == server else ""
    return f"({_TIMESTAMP}>={value})"


def _value(entry: kind.Entry, name: str) -> str:
    found = {key.casefold(): values for key, values in entry.attributes.items()}.get(name.casefold(), ())
    return next(iter(found), b"").decode(errors="ignore")
