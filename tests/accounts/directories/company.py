"""Acme's directory: a thousand people, groups in groups, and one who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.providers import add_provider, note_test, switch
from tenants.scope import scope
from tests.servers.slapd import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import IdentityProvider
    from tenants.models import Tenant
    from tests.servers.slapd import Slapd

PEOPLE, GROUPS = f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}"
READER, READER_PASSWORD = f"cn=reader,{SUFFIX}", "reader-secret"
PASSWORD = "in-the-directory-1"
STAFF = f"cn=staff,{GROUPS}"


def ldif() -> str:
    return "\n\n".join("\n".join(entry) for entry in _entries()) + "\n"


def connect(tenant: Tenant, slapd: Slapd, *, slug: str = "staff", **changes: Any) -> IdentityProvider:
    """Give a tenant this directory, switched on."""
    settings = {
        "servers": [slapd.url],
        "ca": slapd.authority.pem,
        "base": PEOPLE,
        "bind_dn": READER,
        "filter": "(|(uid={username})(mail={username}))",
        **changes,
    }
    with scope(tenant):
        secrets = {"bind_password": settings.pop("bind_password", READER_PASSWORD)}
        provider = add_provider(tenant, kind="ldap", slug=slug, name="Staff", settings=settings, secrets=secrets)
        note_test(provider, now=timezone.now())
        switch(provider, on=True)
        return provider


def _entries() -> Iterator[list[str]]:
    yield [f"dn: {SUFFIX}", "objectClass: dcObject", "objectClass: organization", "dc: acme", "o: Acme"]
    yield [f"dn: {READER}", "objectClass: organizationalRole", "objectClass: simpleSecurityObject", "cn: reader",
           f"userPassword: {READER_PASSWORD}"]  # fmt: skip
    for unit in ("people", "groups"):
        yield [f"dn: ou={unit},{SUFFIX}", "objectClass: organizationalUnit", f"ou: {unit}"]
    yield [f"dn: ou=elsewhere,{PEOPLE}", "objectClass: referral", "objectClass: extensibleObject", "ou: elsewhere",
           "ref: ldap://127.0.0.1:1/dc=elsewhere"]  # fmt: skip
    for name in ("dora", "emil", "a*b", *(f"person-{number}" for number in range(1000))):
        yield _person(name)
    yield _group("chat", f"uid=dora,{PEOPLE}")
    yield _group("engineers", f"cn=chat,{GROUPS}", f"cn=circle,{GROUPS}")
    yield _group("circle", f"cn=engineers,{GROUPS}")
    yield _group("staff", f"cn=engineers,{GROUPS}")


def _person(name: str) -> list[str]:
    return [
        f"dn: uid={name},{PEOPLE}",
        "objectClass: inetOrgPerson",
        f"uid: {name}",
        f"cn: {name.title()} of Acme",
        "sn: Acme",
        f"mail: {name.replace('*', '-')}@acme.example",
        f"userPassword: {PASSWORD}",
    ]


def _group(name: str, *members: str) -> list[str]:
    return [
        f"dn: cn={name},{GROUPS}",
        "objectClass: groupOfNames",
        f"cn: {name}",
        *(f"member: {member}" for member in members),
    ]
