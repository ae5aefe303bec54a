"""An encrypted assertion needs the portal's key and nothing else, and is believed no more than a plain one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from tests.accounts.saml.company import connect
from tests.accounts.saml.idp import DS, SAML, make_keys
from tests.attacks.saml.verdicts import assert_let_in, assert_refused
from tests.attacks.saml.wrapping import before_the_signed_assertion

if TYPE_CHECKING:
    from tests.accounts.saml.company import Visit

OTHERS = make_keys()
XENC = {"xenc": "http://www.w3.org/2001/04/xmlenc#", "ds": DS, "saml": SAML}


def unsigned(dora: Visit, certificate: str) -> Any:
    return dora.idp.encrypt(dora.respond(sign="nothing"), certificate)


def signed_as_a_whole_only(dora: Visit, certificate: str) -> Any:
    response = dora.idp.encrypt(dora.respond(sign="nothing"), certificate)
    dora.idp.sign(response)
    return response


def for_another_audience(dora: Visit, certificate: str) -> Any:
    return dora.idp.encrypt(dora.respond(audience="https://another.example/"), certificate)


def to_another(dora: Visit, certificate: str) -> Any:
    return dora.idp.encrypt(dora.respond(), OTHERS.certificate)


def by_a_key_that_tells_too_much(dora: Visit, certificate: str) -> Any:
    return dora.idp.encrypt(dora.respond(), certificate, oaep=False)


def beside_a_plain_one(dora: Visit, certificate: str) -> Any:
    response = dora.idp.encrypt(dora.respond(), certificate)
    response.append(dora.respond().find("{*}Assertion"))
    return response


def around_a_forged_one_beside_the_signed(dora: Visit, certificate: str) -> Any:
    response = before_the_signed_assertion(dora.respond())
    return dora.idp.encrypt(response, certificate)


def with_a_key_that_lies_elsewhere(dora: Visit, certificate: str) -> Any:
    response = dora.idp.encrypt(dora.respond(), certificate)
    info = response.find(".//xenc:EncryptedData/ds:KeyInfo", XENC)
    etree.SubElement(info, f"{{{DS}}}RetrievalMethod", URI="http://127.0.0.1:1/key")
    return response


def that_lies_elsewhere(dora: Visit, certificate: str) -> Any:
    response = dora.idp.encrypt(dora.respond(), certificate)
    data = response.find(".//xenc:EncryptedData/xenc:CipherData", XENC)
    data.clear()
    etree.SubElement(data, f"{{{XENC['xenc']}}}CipherReference", URI="file:///etc/hostname")
    return response


def around_a_comment(dora: Visit, certificate: str) -> Any:
    response = dora.respond(subject="bob.evil")
    name = response.find(".//saml:NameID", XENC)
    name.text = "bob"
    comment = etree.Comment("x")
    comment.tail = ".evil"
    name.append(comment)
    return dora.idp.encrypt(response, certificate)


def spoilt(dora: Visit, certificate: str) -> Any:
    response = dora.idp.encrypt(dora.respond(), certificate)
    value = response.find(".//xenc:EncryptedData/xenc:CipherData/xenc:CipherValue", XENC)
    value.text = "AAAA" + value.text.strip()[4:]
    return response


FORGERIES = {
    unsigned: "not signed",
    signed_as_a_whole_only: "not the assertion in it",
    for_another_audience: "Its Audience is",
    to_another: "can't be read or decrypted",
    by_a_key_that_tells_too_much: "rsa-1_5 is not taken",
    beside_a_plain_one: "more than one",
    around_a_forged_one_beside_the_signed: "more than one",
    with_a_key_that_lies_elsewhere: "points elsewhere",
    that_lies_elsewhere: "CipherReference",
    around_a_comment: "comment or a processing instruction",
    spoilt: "",
}


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_encryption_hides_no_forgery(acme, idp, visit, forge):
    certificate = connect(acme, idp).settings["certificate"]
    mallory, honest = visit(), visit()
    assert_refused(mallory, forge(mallory, certificate), FORGERIES[forge])
    assert_let_in(honest, idp.encrypt(honest.respond(), certificate))
