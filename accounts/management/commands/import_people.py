from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.intake import runs
from accounts.models import Import, Source
from tenants.following import follow
from tenants.models import Tenant
from tenants.scope import scope

if TYPE_CHECKING:
    from argparse import ArgumentParser

_COUNTS = ("seen", "made", "changed", "restored", "gone", "refused")


class Command(BaseCommand):
    help = "Import the people of a tenant's provider. Ctrl-C stops it; --resume goes on with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="the tenant's slug")
        parser.add_argument("provider", help="the short name of an identity provider that has an import")
        parser.add_argument("--changes", action="store_true", help="only what changed since the last time")
        parser.add_argument("--resume", action="store_true", help="go on with the last one that stopped or braked")

    def handle(self, **given: Any) -> None:
        tenant = Tenant.objects.filter(slug=given["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant “{given['tenant']}”.")
        with scope(tenant):
            source = Source.objects.filter(tenant=tenant, provider__slug=given["provider"]).first()
            if source is None:
                raise CommandError(f"{tenant} has no import from “{given['provider']}”. Set one up in the admin.")
            run = self._run(source, given)
            before = Import.objects.filter(source=source, is_full=run.is_full, progress="done").first()
            total = before.seen if before else None
            is_done = follow(run, lambda: runs.steps(tenant), lambda run: run.seen, total=total)
        for problem in run.problems:
            self.stderr.write(problem)
        self.stdout.write(", ".join(f"{getattr(run, name)} {name}" for name in _COUNTS))
        if not is_done:
            raise CommandError(f"{run.get_progress_display()}. {run.reason} Go on with --resume.")

    def _run(self, source: Source, given: dict[str, Any]) -> Import:
        if not given["resume"]:
            return runs.start(source, is_full=not given["changes"])
        run = Import.objects.filter(source=source).first()
        if run is None or not (run.is_running or runs.resume(run)):
            raise CommandError("There is nothing to go on with.")
        run.refresh_from_db()
        return run
