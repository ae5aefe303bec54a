"""AWS counts what the portal asks STS for in one account and region together; this keeps one tenant from taking it all.

600 requests a second, shared by the calls that are signed (IAM User Guide, "IAM and AWS STS quotas"). Counted in the
cache: over all processes where CACHE_URL is shared, otherwise in each process for itself.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache

from tenants.failures import Unavailable
from tenants.scope import unscoped

if TYPE_CHECKING:
    from tenants.models import Tenant

# Seconds for which a second's counts are kept: longer than they are looked at.
_KEPT = 5


def take(tenant: Tenant) -> None:
    """Count one call to STS for this tenant. Raises Unavailable when it has had its share of this second."""
    second, budget = int(time.time()), settings.STS_PER_SECOND
    with unscoped():  # The counts are of all tenants together.
        total, mine = cache.get(_total(second), 0), cache.get(_of(tenant, second), 0)
        busy = max(cache.get(_busy(second), 0), cache.get(_busy(second - 1), 0))
        if not has_room(total=total, mine=mine, tenants=busy, budget=budget):
            wait = random.uniform(1, 2)  # noqa: S311 - who came together shall not come back together
            raise Unavailable("This tenant has had its share of AWS's requests a second.", after=wait)
        _count(_total(second))
        if _count(_of(tenant, second)) == 1:
            _count(_busy(second))


def has_room(*, total: int, mine: int, tenants: int, budget: int) -> bool:
    """Half of a second's calls are for whoever comes first; of the other half nobody has more than an equal share."""
    return total < budget and (total < budget / 2 or mine < budget / max(tenants, 1))


def _count(key: str) -> int:
    cache.add(key, 0, timeout=_KEPT)
    return int(cache.incr(key))


def _total(second: int) -> str:
    return f"sts:{second}"


def _of(tenant: Tenant, second: int) -> str:
    return f"sts:{second}:of:{tenant.pk}"


def _busy(second: int) -> str:
    return f"sts:{second}:tenants"
