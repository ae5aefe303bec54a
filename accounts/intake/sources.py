"""Where an import reads, by the kind of provider. Adding a kind is adding its file and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.intake import directory, user_pool
from accounts.models import ProviderKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from accounts.intake.entry import Page
    from accounts.models import Import

KINDS: dict[str, ModuleType] = {ProviderKind.LDAP: directory, ProviderKind.COGNITO: user_pool}


def pages(run: Import) -> Iterator[Page]:
    """Yield what the source has from where the run is. Raises a Refusal when it can't be read to its end."""
    found: Iterator[Page] = KINDS[run.source.provider.kind].pages(run)
    return found


def check_filter(kind: str, condition: str) -> None:
    """Raises ValidationError for a filter by which such a source can't be read."""
    KINDS[kind].check_filter(condition)
