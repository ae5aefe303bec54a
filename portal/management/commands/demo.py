from __future__ import annotations

import sys
from contextlib import suppress

from django.core.management.base import BaseCommand

from portal.demo.show import show
from portal.demo.supervisor import AskedToStop, DemoError


class Command(BaseCommand):
    help = "Run the whole portal and localaws on loopback, with demo tenants and people, until Ctrl-C."
    # The ports are looked at first; migrate checks the system afterwards.
    requires_system_checks = ()

    def handle(self, *_: object, **__: object) -> None:
        try:
            show(self._tell)
        except DemoError as error:
            sys.exit(str(error))
        except AskedToStop:
            with suppress(OSError):  # The terminal itself may be what has gone.
                self._tell("Stopped.")

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
