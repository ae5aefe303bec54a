"""Active Directory's own ways, on entries in its form."""

from __future__ import annotations

import uuid

import pytest

from accounts import ldap
from accounts.claims import read
from accounts.kinds.ldap import DEFAULT_MAP, Directory, Entry, may_enter, said

GUID = uuid.UUID("12345678-9abc-def0-1234-56789abcdef0")
AD_MAP = {**DEFAULT_MAP, "subject": "objectGUID", "username": "sAMAccountName", "display_name": "displayName"}
DIRECTORY = Directory(servers=("ldaps://dc1.acme.example",), base="dc=acme,dc=example")


def entry(**attributes: bytes) -> Entry:
    plain = {"objectGUID": [GUID.bytes_le], "sAMAccountName": [b"dora"], "displayName": [b"Dora"]}
    more = {name: [value] for name, value in attributes.items()}
    return Entry("CN=Dora,DC=acme,DC=example", plain | more, {"CN=Chat,DC=acme,DC=example": "Chat"})


def test_the_guid_is_the_subject():
    claims = read(said(entry()), AD_MAP)
    assert (claims.subject, claims.username, claims.groups) == (str(GUID), "dora", ("Chat",))


@pytest.mark.parametrize(("control", "enters"), [(b"512", True), (b"514", False), (b"66050", False), (b"x", True)])
def test_a_disabled_account_is_out(control, enters):
    assert may_enter(DIRECTORY, entry(userAccountControl=control)) is enters


def test_bytes_that_are_no_text_say_nothing():
    assert said(entry(thumbnailPhoto=b"\xff\xfe"))["thumbnailPhoto"] == [""]


def test_a_chain_is_asked_for_in_one_question():
    directory = Directory(servers=(), base="dc=x", groups="chain")
    asked = ldap._members(directory, ["CN=A (B),DC=x"])
    assert asked == "(member:1.2.840.113556.1.4.1941:=CN=A \\28B\\29,DC=x)"
