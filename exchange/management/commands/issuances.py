from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from exchange.exports import as_csv, as_json_lines
from exchange.models import Issuance
from tenants.models import Tenant
from tenants.scope import scope

if TYPE_CHECKING:
    from argparse import ArgumentParser

_FORMS = {"csv": as_csv, "jsonl": as_json_lines}


class Command(BaseCommand):
    help = "Print the issuances of a tenant, the oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="the tenant's slug")
        parser.add_argument("--since", type=_day, help="the first day, as 2026-01-31 (UTC)")
        parser.add_argument("--until", type=_day, help="the day after the last one (UTC)")
        parser.add_argument("--form", choices=list(_FORMS), default="csv")

    def handle(self, **given: Any) -> None:
        tenant = Tenant.objects.filter(slug=given["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant “{given['tenant']}”.")
        bounds = {"issued_at__gte": given["since"], "issued_at__lt": given["until"]}
        with scope(tenant):
            found = Issuance.objects.filter(tenant=tenant, **{name: day for name, day in bounds.items() if day})
            for line in _FORMS[given["form"]](found.order_by("issued_at").iterator()):
                self.stdout.write(line, ending="")


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
