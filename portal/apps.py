from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "tenants.site.PortalAdminSite"


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal import cors, task_watch  # noqa: F401, PLC0415 - connect their receivers once the apps are ready
