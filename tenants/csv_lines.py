"""Files of values divided by commas (RFC 4180) that do no harm where a spreadsheet opens them. Pure."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A spreadsheet takes what begins like this for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield each row as a line, with a quote before what would be a formula."""
    writer = csv.writer(_Lines())
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(text: str) -> str:
    """Undo harmless()."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


class _Lines:
    """What csv writes a line into: it gives the line back."""

    def write(self, line: str) -> str:
        return line
