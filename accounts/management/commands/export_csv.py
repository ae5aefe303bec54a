from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.intake.csv_file import write
from accounts.models import User
from tenants.models import Tenant
from tenants.scope import scope

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Write a tenant's users as CSV, such as import_csv reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="the tenant's slug")

    def handle(self, *, tenant: str, **_: Any) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no tenant “{tenant}”.")
        with scope(found):
            for line in write(User.objects.filter(tenant=found).order_by("username").iterator()):
                self.stdout.write(line, ending="")
