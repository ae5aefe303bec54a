"""Second factors: of whom one is demanded, who lacks it, and their removal by an admin for whoever lost theirs.

People set theirs up on allauth's pages, which write the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from accounts import sessions
from accounts.logins import came_by_provider
from accounts.models import User
from audit.log import record
from audit.names import EventName
from tenants.models import MFA

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.contrib.sessions.backends.base import SessionBase

    from tenants.models import Tenant

# Recovery codes stand in for one of these; alone they are none.
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def lacks_factor(user: User, session: SessionBase) -> bool:
    """Tell whether this sign-in counts for nothing until its user has set up a second factor.

    Who came by an external provider has been asked for as much as that provider asks
    (docs/decisions/0015-a-providers-factors-count.md).
    """
    return is_demanded_of(user) and not came_by_provider(session) and not has_factor(user)


def is_demanded_of(user: User) -> bool:
    if user.tenant is None:
        return bool(settings.OPERATOR_MFA)
    return user.tenant.mfa == MFA.EVERYBODY or (user.tenant.mfa == MFA.ADMINS and user.is_staff)


def has_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=_FACTORS).exists())


def remove_factors(tenant: Tenant | None, user_ids: Iterable[UUID]) -> int:
    """Take every second factor from these users, who then sign in anew; return how many users had one.

    Their sessions end, too: what was lost may still be signed in.
    """
    found = User.objects.filter(tenant=tenant, pk__in=list(user_ids), authenticator__isnull=False).distinct()
    users = list(found)
    for user in users:
        _remove(user)
    return len(users)


@transaction.atomic(durable=True)
def _remove(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all([user.pk])
    record(EventName.FACTOR_REMOVED, tenant_id=user.tenant_id, subject_id=user.pk, kind="every")
