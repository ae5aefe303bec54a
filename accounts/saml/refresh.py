"""The certificates of a provider that publishes its metadata: a new one is taken over before the old one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.core.exceptions import ValidationError

from accounts import fetch
from accounts.kinds.saml import MOST_CERTIFICATES, peer
from accounts.providers import renew
from accounts.saml import metadata
from accounts.saml.keys import valid_at
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import IdentityProvider

log = structlog.get_logger(__name__)


def refresh(provider: IdentityProvider, *, now: datetime) -> None:
    """Read the provider's metadata again. What can't be read, or is another provider's, changes nothing."""
    before = peer(provider)
    try:
        read = metadata.read(fetch.get(before.metadata_url), entity_id=before.entity_id)
    except (Refusal, ValidationError) as error:
        reason = " ".join([str(error), *getattr(error, "__notes__", [])])
        log.warning("saml_metadata_unread", provider=str(provider.pk), reason=reason)
        return
    if read["entity_id"] != before.entity_id:
        log.warning("saml_metadata_of_another", provider=str(provider.pk), entity_id=read["entity_id"][:200])
        return
    certificates = _joined(read["certificates"], list(before.certificates), now)
    if set(certificates) != set(before.certificates):
        renew(provider, settings={**provider.settings, "certificates": certificates})


def _joined(published: list[str], known: list[str], now: datetime) -> list[str]:
    """Those that are published, and beside them those that still hold: the old one may sign for some days."""
    others = [one for one in valid_at(known, now) if one not in published]
    return [*published, *others][:MOST_CERTIFICATES]
