"""LDAP directories and Active Directory (RFC 4511): what they are set up with, and how their entries are read. Pure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import IdentityProvider

DEFAULT_MAP = {
    "subject": "entryUUID",
    "username": "uid",
    "email": "mail",
    "display_name": "cn",
    "groups": "groups",
}
# Attributes whose bytes are a GUID in Microsoft's order ([MS-DTYP], section 2.3.4.2); all others are text.
_GUIDS = {"objectguid"}
# ACCOUNTDISABLE of userAccountControl ([MS-ADTS], section 2.2.16).
_DISABLED = 0x0002
_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Directory:
    """`servers` are URLs, asked in their order; `seconds` is the patience with each of them.

    With `bind_dn` (empty: anonymously) a person's entry is searched under `base` by `filter`, and then bound to. With
    `user_dn`, such as `uid={username},ou=people,dc=acme`, it is bound to at once. `groups` tells how groups are found:
    not at all, step by step (`nested`), or by Active Directory's own rule for chains (`chain`).
    """

    servers: tuple[str, ...]
    base: str
    starttls: bool = True
    ca: str = ""
    bind_dn: str = ""
    bind_password: str = ""
    user_dn: str = ""
    filter: str = "(uid={username})"
    group_base: str = ""
    groups: str = "none"
    required_group: str = ""
    seconds: int = _SECONDS


@dataclass(frozen=True, slots=True)
class Entry:
    """What a directory says about somebody; group names lead from DNs to the groups' own names."""

    dn: str
    attributes: Mapping[str, Sequence[bytes]]
    groups: Mapping[str, str]


def directory(provider: IdentityProvider) -> Directory:
    settings = dict(provider.settings)
    servers = tuple(settings.pop("servers"))
    return Directory(servers=servers, bind_password=provider.secrets.get("bind_password", ""), **settings)


def said(entry: Entry) -> dict[str, list[str]]:
    """What an entry says, as text; bytes that are no text say nothing."""
    told = {name: [_text(name, value) for value in values] for name, values in entry.attributes.items()}
    return told | {"groups": list(entry.groups.values())}


def may_enter(directory: Directory, entry: Entry) -> bool:
    """Tell whether the account is not disabled, and in the group that is demanded."""
    groups = {dn.casefold() for dn in entry.groups}
    return not _is_disabled(entry) and (not directory.required_group or directory.required_group.casefold() in groups)


def _is_disabled(entry: Entry) -> bool:
    found = {name.casefold(): values for name, values in entry.attributes.items()}.get("useraccountcontrol", ())
    return any(value.isdigit() and int(value) & _DISABLED for value in found)


def _text(name: str, value: bytes) -> str:
    if name.casefold() in _GUIDS and len(value) == len(uuid.NAMESPACE_DNS.bytes):
        return str(uuid.UUID(bytes_le=value))
    return value.decode(errors="ignore")
