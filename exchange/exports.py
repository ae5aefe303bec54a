"""Issuances as a file: one line each, for whoever keeps or searches them elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tenants.csv_lines import lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from exchange.models import Issuance

COLUMNS = (
    *("id", "issued_at", "expires_at", "user_id", "username", "proof_kind", "proof_reference"),
    *("address", "agent", "role_arn", "session_name", "access_key_id", "tags"),
)


def as_csv(issuances: Iterable[Issuance]) -> Iterator[str]:
    """The lines of a CSV file, the names of its columns first."""
    yield from lines([COLUMNS])
    yield from lines(_texts(issuance) for issuance in issuances)


def as_json_lines(issuances: Iterable[Issuance]) -> Iterator[str]:
    for issuance in issuances:
        told = dict(zip(COLUMNS, _texts(issuance), strict=True)) | {"tags": issuance.tags}
        yield json.dumps(told) + "\n"


def _texts(issuance: Issuance) -> list[str]:
    return [_text(getattr(issuance, name)) for name in COLUMNS]


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "")
