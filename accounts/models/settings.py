from __future__ import annotations

from tenants.models import Tenant


class SignInSettings(Tenant):
    """What of a tenant its own admins decide; the rest is the operator's."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "sign-in settings"
