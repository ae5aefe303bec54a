from __future__ import annotations

from django.apps import AppConfig


class ChimeUsersConfig(AppConfig):
    name = "chimeusers"
    verbose_name = "Chime users"

    def ready(self) -> None:
        from chimeusers import receivers  # noqa: F401, PLC0415 - connects the second river once the apps are ready
