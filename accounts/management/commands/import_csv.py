from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from accounts.intake.csv_file import Unreadable, read
from accounts.intake.csv_users import take_in
from tenants.models import Tenant
from tenants.scope import scope

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Make and change a tenant's users by a CSV file. Run again after Ctrl-C: what is done is as it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="the tenant's slug")
        parser.add_argument("file", type=Path, help="as export_csv writes it; needs the column username")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done, and what is wrong")

    def handle(self, *, tenant: str, file: Path, dry_run: bool, **_: Any) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no tenant “{tenant}”.")
        try:
            text = file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
            with scope(found):
                report = take_in(found, tqdm(read(text), total=max(0, len(text) - 1), unit=" users"), dry_run=dry_run)
        except (OSError, UnicodeDecodeError, Unreadable) as error:
            raise CommandError(f"{file}: {error}") from error
        for problem in report.problems:
            self.stderr.write(problem)
        self.stdout.write(str(report))
        if report.problems:
            raise CommandError("Some lines were refused; the others are done.")
