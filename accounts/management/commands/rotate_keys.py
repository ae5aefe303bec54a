from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.rotation import encrypted_fields, rotate, rotate_factors
from tenants.encryption import Undecipherable


class Command(BaseCommand):
    help = "Encrypt every secret anew that is not under the first key of ENCRYPTION_KEYS; then a former key may go."

    def handle(self, **_options: Any) -> None:
        try:
            for model, field in encrypted_fields():
                self.stdout.write(f"{model._meta.verbose_name}, {field.name}: {rotate(model, field)} encrypted anew")  # noqa: SLF001 - Django's documented Meta API
            self.stdout.write(f"second factor, data: {rotate_factors()} encrypted anew")
        except Undecipherable as error:
            raise CommandError(
                f"{error} Nothing is lost: add the key it was encrypted with, and run this again."
            ) from error
