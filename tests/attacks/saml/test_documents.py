"""How a response is written: what no provider sends is refused before it is understood."""

from __future__ import annotations

import base64

import pytest
from lxml import etree

from accounts.models import Identity
from tenants.scope import scope
from tests.accounts.saml.company import connect
from tests.accounts.saml.idp import MAIL, NAMES, attributes, encode
from tests.attacks.saml.verdicts import assert_let_in, assert_refused


def test_two_assertions_are_none(acme, idp, visit):
    connect(acme, idp)
    two, honest = visit(), visit()
    response = two.respond()
    response.append(two.respond().find("saml:Assertion", NAMES))
    assert_refused(two, response, "more than one")
    assert_let_in(honest, honest.respond())


@pytest.mark.parametrize("name", ["ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id"])
def test_an_id_stands_once(acme, idp, visit, name):
    connect(acme, idp)
    twice, honest = visit(), visit()
    response = twice.respond()
    response.find("samlp:Status", NAMES).set(name, response.find("saml:Assertion", NAMES).get("ID"))
    assert_refused(twice, response, "stands in it twice")
    assert_let_in(honest, honest.respond())


@pytest.mark.parametrize("dirt", ["<!-- x -->", "<?x y?>"])
@pytest.mark.parametrize("where", ["name", "attribute"])
def test_nothing_hides_in_a_name(acme, idp, visit, dirt, where):
    """Which is no part of what is signed, so the signature holds (CVE-2017-11427)."""
    connect(acme, idp)
    mallory, honest = visit(), visit()
    whole = {"subject": "bob.evil", "attributes": attributes({MAIL: ["bob@acme.example.evil.example"]})}
    split = {"name": (b"bob.evil<", f"bob{dirt}.evil<"), "attribute": (b".example.evil", f".example{dirt}.evil")}[where]
    written = etree.tostring(mallory.respond(**whole)).replace(split[0], split[1].encode(), 1)
    assert dirt.encode() in written
    assert_refused(mallory, encode(written), "comment or a processing instruction")
    assert_let_in(honest, honest.respond(**whole))
    with scope(acme):
        assert Identity.objects.get(tenant=acme).subject == "bob.evil"


BOMB = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (name, b"&%c;" % before * 10) for before, name in zip(b"abcdefgh", b"bcdefghi", strict=True)
)
PROLOGUES = {
    "an entity bomb": BOMB + b"]>",
    "an entity that is a file": b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    "a document type elsewhere": b'<!DOCTYPE r SYSTEM "http://127.0.0.1:1/evil.dtd">',
    "a document type": b"<!DOCTYPE r>",
}


@pytest.mark.parametrize("prologue", PROLOGUES)
def test_a_document_type_is_not_even_looked_at(acme, idp, visit, prologue):
    connect(acme, idp)
    mallory, honest = visit(), visit()
    assert_refused(mallory, PROLOGUES[prologue] + etree.tostring(mallory.respond()), "document type")
    mallory = visit()
    spread = etree.tostring(mallory.respond()).replace(b">dora<", b">&a;<")
    assert_refused(mallory, PROLOGUES[prologue] + spread, "document type")
    assert_let_in(honest, honest.respond())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7"])
def test_a_document_type_does_not_hide_in_an_encoding(acme, idp, visit, encoding):
    connect(acme, idp)
    mallory = visit()
    declared = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE r [<!ENTITY a "b">]>'
    assert_refused(mallory, (declared + etree.tostring(mallory.respond()).decode()).encode(encoding), "document type")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "no XML"),
        ("%%%", "not Base64"),
        ("PHg+\x00", "not Base64"),
        ("ÄÖÜ", "not Base64"),
        (base64.b64encode(b"<x>").decode(), "no XML"),
        (base64.b64encode(b"<x/>").decode(), "no SAML response"),
        (base64.b64encode(b"\xff\xfe\x00").decode(), "no XML"),
        (base64.b64encode(b"<a>" * 3000 + b"</a>" * 3000).decode(), "no XML"),
        (base64.b64encode(b"<a>" + b"<b/>" * 25_000 + b"</a>").decode(), "too many"),
        ("A" * 200_001, "longer than"),
    ],
)
def test_nonsense_is_refused(acme, idp, visit, written, reason):
    connect(acme, idp)
    nonsense, honest = visit(), visit()
    assert_refused(nonsense, written, reason)
    assert_let_in(honest, honest.respond())


def test_what_is_too_long_to_be_read_is_not(acme, idp, visit):
    connect(acme, idp)
    dora = visit()
    assert dora.bring("A" * 300_000).status_code == 413
