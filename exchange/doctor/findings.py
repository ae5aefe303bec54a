from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenants.models import AWSLink


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well (None: it can't be said), what to do, and a document to paste at AWS."""

    about: str
    is_well: bool | None
    sentence: str
    paste: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A tenant's place at AWS, and who the portal is there by its ARN in IAM."""

    link: AWSLink
    principal: str
