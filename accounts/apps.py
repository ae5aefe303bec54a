from __future__ import annotations

from django.apps import AppConfig

from tenants import aws


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # allauth's models can't be touched before the apps are ready.
        from accounts import mfa, sessions, tenancy, vouching  # noqa: F401, PLC0415 - the first connects its receivers

        sessions.note_sign_ins()
        tenancy.scope_email_addresses()
        tenancy.scope_oauth()
        tenancy.scope_consent()
        aws.vouch_by(vouching.token_of_portal)
