from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # allauth's models can't be touched before the apps are ready.
        from accounts import mails, mfa, tenancy  # noqa: F401, PLC0415 - two of them connect their receivers

        tenancy.scope_email_addresses()
