from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "tenants.site.PortalAdminSite"


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal import cors  # noqa: F401, PLC0415 - connects its receiver once the apps are ready
