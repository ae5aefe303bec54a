from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from exchange.provisioning.asking import add_arguments, tenant_of, wish_of
from exchange.provisioning.story import provision
from tenants.failures import Failure
from tenants.scope import unscoped

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Make what a tenant needs at AWS: app instance, admin, provider or pool, roles, and the link and rules here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser)

    def handle(self, **given: Any) -> None:
        """It may be interrupted anywhere and run again: it looks at what is there first."""
        try:
            with unscoped():
                tenant = tenant_of(given)
                wish = wish_of(tenant, given)
                provision(tenant, wish, dry_run=given["dry_run"], tell=self.stdout.write)
        except Failure as failure:
            raise CommandError(str(failure)) from failure
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
