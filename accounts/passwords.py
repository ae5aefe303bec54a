"""Whose passwords count: those of people, where their tenant lets the portal have any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Identity, Kind
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from accounts.models import User


def may_use_password(user: User) -> bool:
    """Apps show tokens and guests nothing at all; and a tenant may leave passwords to its providers."""
    return user.kind == Kind.PERSON and (user.tenant is None or user.tenant.local_passwords)


def may_reset_password(user: User) -> bool:
    """Who comes in by a provider and never had a password gets none by mail: the provider may put them out."""
    ties = Identity.objects.filter(tenant=user.tenant, user=user)
    return may_use_password(user) and (user.has_usable_password() or not ties.exists())


def check_may_use_password(user: User) -> None:
    """Raise a Refusal (403) for a user whose password would not count."""
    if not may_use_password(user):
        sentence = "Passwords of the portal's own do not count here. Sign in as your company has set it up."
        raise Refusal("passwords_off", sentence, status=403)
