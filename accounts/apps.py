from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import tenancy  # noqa: PLC0415 - allauth's models can't be touched before the apps are ready

        tenancy.scope_email_addresses()
