from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import services, standing
from accounts.models import User
from accounts.names import normal_username
from tenants.models import Tenant
from tenants.scope import scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django.core.management.base import CommandParser

_BY_ID: dict[str, Callable[[Tenant, Iterable[UUID]], int]] = {
    "approve": standing.approve,
    "disable": standing.disable,
    "enable": standing.restore,
    "delete": standing.delete,
}


class Command(BaseCommand):
    help = "List, register, rename, approve, disable, enable or delete users of a tenant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", help="the tenant's slug")
        parser.add_argument("action", choices=["list", "register", "rename", *_BY_ID])
        parser.add_argument(
            "users", nargs="*", help="user names, for register and rename as name=Display Name; “-” reads one a line"
        )

    def handle(self, *_: object, tenant: str, action: str, users: list[str], **__: object) -> None:
        found = Tenant.objects.filter(slug=tenant).first()
        if found is None:
            raise CommandError(f"There is no tenant “{tenant}”.")
        given = [line.strip() for line in sys.stdin if line.strip()] if users == ["-"] else users
        with scope(found):
            try:
                self._act(found, action, dict(_pair(one) for one in given))
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error

    def _act(self, tenant: Tenant, action: str, names: dict[str, str]) -> None:
        if action == "list":
            for user in User.objects.filter(tenant=tenant).iterator():
                self._tell(user)
        elif action == "register":
            for username, display_name in names.items():
                self._tell(services.register(tenant=tenant, username=username, display_name=display_name))
        elif action == "rename":
            by_id = {user_id: names[username] for username, user_id in self._ids(tenant, names).items()}
            self.stdout.write(f"{services.rename_many(tenant, by_id)} renamed")
        else:
            self.stdout.write(f"{action}: {_BY_ID[action](tenant, self._ids(tenant, names).values())} changed")

    def _ids(self, tenant: Tenant, names: dict[str, Any]) -> dict[str, UUID]:
        """Return the ids of the named users, or stop before anything is changed when one is not there."""
        found = dict(User.objects.filter(tenant=tenant, username__in=names).values_list("username", "pk"))
        if missing := sorted(set(names) - set(found)):
            raise CommandError(f"No such user at {tenant.slug}: {', '.join(missing[:10])}.")
        return found

    def _tell(self, user: User) -> None:
        standing = "active" if user.is_active else "waits for approval" if user.awaits_approval else "disabled"
        self.stdout.write(f"{user.pk}\t{user.username}\t{user.shown_name}\t{standing}")


def _pair(given: str) -> tuple[str, str]:
    username, _, display_name = given.partition("=")
    return normal_username(username), display_name
