"""Whose passwords count: those of people, where their tenant lets the portal have any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Identity, Kind
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from accounts.models import User
    from tenants.models import Tenant


def may_use_password(user: User) -> bool:
    """Apps show tokens and guests nothing at all; and a tenant may leave passwords to its providers."""
    return user.kind == Kind.PERSON and takes_own(user.tenant)


def may_have_password(user: User) -> bool:
    """Who comes in by a provider and never had a password gets none: the provider may put them out."""
    ties = Identity.objects.filter(tenant=user.tenant, user=user)
    return may_use_password(user) and (user.has_usable_password() or not ties.exists())


def takes_own(tenant: Tenant | None) -> bool:
    """Tell whether the portal has passwords of its own at this house."""
    return tenant is None or tenant.local_passwords


def check_may_have_password(user: User) -> None:
    """Raise a Refusal (403) for a user whose password would not count."""
    if not may_have_password(user):
        raise passwords_off()


def passwords_off() -> Refusal:
    sentence = "Passwords of the portal's own do not count here. Sign in as your company has set it up."
    return Refusal("passwords_off", sentence, status=403)
