"""What a tenant's admins decide about signing in, with what must hold between it and the providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from accounts.providers import ways_in
from tenants.services import change_tenant, set_logo

if TYPE_CHECKING:
    from tenants.models import Tenant

NAMES = ("signup", "signup_domains", "local_passwords", "password_proofs", "mfa", "login_seconds", "colour")


def check_passwords(tenant: Tenant, *, local_passwords: bool) -> None:
    """Raise ValidationError rather than let a tenant lock everybody out."""
    if not local_passwords and not ways_in(tenant):
        raise ValidationError(
            {"local_passwords": "Switch on an identity provider first: without both nobody could sign in."}
        )


def change_sign_in(tenant: Tenant, *, logo: bytes | None, remove_logo: bool, **changes: Any) -> None:
    """Change the settings, and the logo when there is a new one or it shall go. Raises ValidationError."""
    check_passwords(tenant, local_passwords=changes["local_passwords"])
    change_tenant(tenant, **{name: changes[name] for name in NAMES})
    if logo or remove_logo:
        set_logo(tenant, logo)
