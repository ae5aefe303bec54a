from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from accounts.vouching import AUDIENCE
from exchange.provisioning.cloudformation import WAYS, template

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Print the CloudFormation template of a tenant's roles; deploy/aws/ has these."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("way", choices=WAYS, help="how people's credentials come")

    def handle(self, **given: Any) -> None:
        self.stdout.write(json.dumps(template(given["way"], audience=AUDIENCE), indent=2))
