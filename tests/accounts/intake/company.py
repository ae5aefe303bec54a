"""A small company in a directory of its own, whose people come, change and go."""

from __future__ import annotations

from typing import Any

import ldap
import ldap.modlist

from accounts.intake import runs
from accounts.models import Import, Source, User
from tenants.scope import scope
from tests.accounts.directories.company import GROUPS, PEOPLE, ldif
from tests.servers.slapd import MANAGER, MANAGER_PASSWORD, Slapd

SMALL = [entry for entry in ldif().split("\n\n") if "person-" not in entry]
NAMES = ("dora", "emil", "a*b")


class Company(Slapd):
    """A directory that can be written to while it runs."""

    def __init__(self, number: int) -> None:
        people = [
            entry for entry in ldif().split("\n\n") if any(f"uid=person-{one}," in entry for one in range(number))
        ]
        super().__init__("\n\n".join([*SMALL, *people]) + "\n")

    def change(self, name: str, **values: str) -> None:
        changes = [(ldap.MOD_REPLACE, key, [value.encode()]) for key, value in values.items()]
        self._as_manager().modify_s(f"uid={name},{PEOPLE}", changes)

    def add(self, name: str, **values: str) -> None:
        told = {"objectClass": "inetOrgPerson", "uid": name, "cn": name.title(), "sn": "Acme", **values}
        entry = ldap.modlist.addModlist({key: [value.encode()] for key, value in told.items()})
        self._as_manager().add_s(f"uid={name},{PEOPLE}", entry)

    def remove(self, *names: str) -> None:
        connection = self._as_manager()
        for name in names:
            connection.delete_s(f"uid={name},{PEOPLE}")

    def join(self, name: str, group: str) -> None:
        change = [(ldap.MOD_ADD, "member", [f"uid={name},{PEOPLE}".encode()])]
        self._as_manager().modify_s(f"cn={group},{GROUPS}", change)

    def _as_manager(self):
        connection = ldap.initialize(self.url)
        connection.simple_bind_s(MANAGER, MANAGER_PASSWORD)
        return connection


def set_up(source: Source, **settings: Any) -> None:
    """Change how the directory is spoken to."""
    source.provider.settings |= settings
    source.provider.save()


def change(source: Source, **values: Any) -> None:
    """Change how its people are imported."""
    with scope(source.tenant):
        Source.objects.filter(pk=source.pk).update(**values)


def imported(source: Source, *, is_full: bool = True) -> Import:
    """Run an import to its end."""
    with scope(source.tenant):
        source.refresh_from_db()
        run = runs.start(source, is_full=is_full)
        while runs.go_on(source.tenant):
            pass
        run.refresh_from_db()
        return run


def told(run: Import) -> dict[str, int]:
    """What a run counts, without what is nought."""
    names = ("seen", "made", "changed", "restored", "gone", "refused")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def user(source: Source, username: str) -> User:
    with scope(source.tenant):
        return User.objects.get(tenant=source.tenant, username=username)
