"""What has to be there before the portal starts: the database's tables and the static files."""

from __future__ import annotations

from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command


def make() -> None:
    """Bring both up to date.

    Compressing the files, as a production start does, would take half a minute and save nothing on loopback.
    """
    call_command("migrate", verbosity=0, interactive=False)
    collectstatic = CollectStatic()
    collectstatic.storage = ManifestStaticFilesStorage()
    call_command(collectstatic, verbosity=0, interactive=False)
