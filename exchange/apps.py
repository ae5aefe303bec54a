from __future__ import annotations

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"

    def ready(self) -> None:
        # Its models can't be touched before the apps are ready.
        from exchange import receivers  # noqa: F401, PLC0415 - it connects itself
