from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from exchange.doctor.examination import examine
from tenants.models import Tenant
from tenants.scope import scope, unscoped

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from exchange.doctor.findings import Finding

_MARKS = {True: "ok", False: "NO", None: "??"}


class Command(BaseCommand):
    help = "Why 403? Look at all that a tenant's exchanges, or one user's, need at AWS, and say what is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="the tenant's slug")
        parser.add_argument("--user", help="a user name: credentials are got and tried in this user's name")
        parser.add_argument("--isolation", action="store_true", help="try what this user must not do")

    def handle(self, **given: Any) -> None:
        """End with an error where something is not well, so that scripts can tell."""
        if given["isolation"] and not given["user"]:
            raise CommandError("Whose isolation is to be proved? Name somebody with --user.")
        with unscoped():
            tenant = Tenant.objects.filter(slug=given["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant “{given['tenant']}”.")
        with scope(tenant):
            found = [
                self._told(finding) for finding in examine(tenant, _user(tenant, given), isolated=given["isolation"])
            ]
        wrong = sum(finding.is_well is False for finding in found)
        if wrong:
            raise CommandError(f"{wrong} of {len(found)} things are not well.")

    def _told(self, finding: Finding) -> Finding:
        self.stdout.write(f"{_MARKS[finding.is_well]}  {finding.about}: {finding.sentence}")
        if finding.paste and not finding.is_well:
            self.stdout.write(finding.paste)
        return finding


def _user(tenant: Tenant, given: dict[str, Any]) -> User | None:
    if not given["user"]:
        return None
    user = User.objects.filter(tenant=tenant, username=given["user"]).first()
    if user is None:
        raise CommandError(f"{tenant} has no user “{given['user']}”.")
    return user
