"""A directory's people on their way in: read from a real OpenLDAP, or made up to see the database's part alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.provisioning.ground import ground
from tests.servers.slapd import SUFFIX, Slapd

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.provisioning.ground import Used

PEOPLE, READER, READER_PASSWORD = f"ou=people,{SUFFIX}", f"cn=reader,{SUFFIX}", "reader-secret"
_CONNECT = """
from django.utils import timezone
from accounts.intake.settings import add_source
from accounts.providers import add_provider, note_test, switch
from tenants.scope import scope
from tenants.services import open_tenant

tenant = open_tenant(slug="directory", name="Directory", hosts=["directory.localhost"])
with scope(tenant):
    provider = add_provider(
        tenant, kind="ldap", slug="staff", name="Staff", settings={settings}, secrets={secrets}
    )
    note_test(provider, now=timezone.now())
    switch(provider, on=True)
    add_source(provider)
"""
_MADE_UP = """
import json
import resource
import time
from django.utils import timezone
from accounts.claims import Claims
from accounts.intake.entry import Entry
from accounts.intake.people import take_in
from accounts.models import Source
from tenants.models import Tenant
from tenants.scope import scope

def entry(number):
    name = f"made-up-{{number}}"
    return Entry(Claims(name, name, f"{{name}}@acme.example", True, f"Made Up {{number}}"))

tenant = Tenant.objects.get(slug="directory")
with scope(tenant):
    source = Source.objects.select_related("provider", "tenant").get()
    began = time.perf_counter()
    for start in range(0, {number}, 500):
        take_in(source, [entry(one) for one in range(start, min(start + 500, {number}))], now=timezone.now())
    seconds = time.perf_counter() - began
print("USED" + json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


class Directory(Slapd):
    """An OpenLDAP that lets all of its people be read, page by page."""

    most_entries = "unlimited"
    patience = 120.0


def imported(folder: Path, number: int) -> tuple[Used, Used]:
    """Import so many people from LDAP, and all of them again when nothing has changed."""
    with Directory(_ldif(number)) as directory, ground(folder, PRIVATE_PROVIDERS="true") as here:
        settings = {
            "servers": [directory.url],
            "ca": directory.authority.pem,
            "base": PEOPLE,
            "bind_dn": READER,
            "filter": "(uid={username})",
        }
        here.shell(_CONNECT.format(settings=settings, secrets={"bind_password": READER_PASSWORD}))
        command = ("import_people", "directory", "staff")
        return here.measured(*command), here.measured(*command)


def made_up(folder: Path, number: int) -> tuple[float, float]:
    """Take so many in whom nobody had to read: the seconds, and the most memory in MiB."""
    with ground(folder) as here:
        settings = {"servers": ["ldap://127.0.0.1:1"], "base": PEOPLE}
        here.shell(_CONNECT.format(settings=settings, secrets={}), PRIVATE_PROVIDERS="true")
        seconds, mib = json.loads(here.shell(_MADE_UP.format(number=number)).rpartition("USED")[2])
    return seconds, mib


def _ldif(number: int) -> str:
    reader = ["objectClass: organizationalRole", "objectClass: simpleSecurityObject", "cn: reader"]
    entries = [
        [f"dn: {SUFFIX}", "objectClass: dcObject", "objectClass: organization", "dc: acme", "o: Acme"],
        [f"dn: {READER}", *reader, f"userPassword: {READER_PASSWORD}"],
        [f"dn: {PEOPLE}", "objectClass: organizationalUnit", "ou: people"],
        *(_person(f"person-{one}") for one in range(number)),
    ]
    return "\n\n".join("\n".join(entry) for entry in entries) + "\n"


def _person(name: str) -> list[str]:
    told = [f"uid: {name}", f"cn: {name.title()}", "sn: Acme", f"mail: {name}@acme.example"]
    return [f"dn: uid={name},{PEOPLE}", "objectClass: inetOrgPerson", *told]
