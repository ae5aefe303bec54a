from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from chimeusers import reconcile
from chimeusers.models import ChimeUser, Drift, Reconciliation, State
from tenants.following import follow
from tenants.models import AWSLink
from tenants.scope import scope

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Compare a tenant's users with Chime's own list. Ctrl-C stops it; --resume goes on where it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="the tenant's slug")
        parser.add_argument("--mend", action="store_true", help="make due what differs; else it is only told")
        parser.add_argument("--resume", action="store_true", help="go on with the last one that stopped or braked")

    def handle(self, **given: Any) -> None:
        link = AWSLink.objects.filter(tenant__slug=given["tenant"]).select_related("tenant").first()
        if link is None:
            raise CommandError(f"There is no tenant “{given['tenant']}” that is linked to AWS.")
        with scope(link.tenant):
            run = self._run(link, given)
            believed = ChimeUser.objects.filter(app_instance_arn=link.app_instance_arn, state=State.PRESENT).count()
            is_done = follow(run, lambda: reconcile.steps(link.tenant), lambda run: run.seen, total=believed)
            self._tell(run)
        if not is_done:
            raise CommandError(f"{run.get_progress_display()}. {run.reason} Go on with --resume.")

    def _run(self, link: AWSLink, given: dict[str, Any]) -> Reconciliation:
        if not given["resume"]:
            return reconcile.start(link, fixes=given["mend"])
        run = Reconciliation.objects.filter(tenant=link.tenant).first()
        if run is None or not (run.is_running or reconcile.resume(run)):
            raise CommandError("There is nothing to go on with.")
        run.refresh_from_db()
        return run

    def _tell(self, run: Reconciliation) -> None:
        counted = Drift.objects.filter(reconciliation=run).order_by().values_list("kind", "decision")
        for kind, decision, number in counted.annotate(Count("pk")).order_by("kind", "decision"):
            self.stdout.write(f"{kind}, {decision}: {number}")
        self.stdout.write(f"{run.seen} users read")
