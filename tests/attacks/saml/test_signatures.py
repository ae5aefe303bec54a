"""Only what the provider signed, as it signed it, is believed; each forgery stands beside its honest twin."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from tests.accounts.saml.company import Visit, connect, departing
from tests.accounts.saml.idp import DS, NAMES, IdentityProvider, make_keys, xmlsec
from tests.attacks.saml.verdicts import assert_let_in, assert_refused
from tests.attacks.saml.wrapping import OF_THE_RESPONSE, VICTIM, WRAPPINGS

OTHERS, EXPIRED = make_keys(), make_keys(days=-1)


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        (name, sign)
        for name in WRAPPINGS
        for sign in ("both", "assertion")
        if sign == "both" or name not in OF_THE_RESPONSE
    ],
)
def test_a_signature_is_not_wrapped(acme, idp, visit, name, sign):
    wrap = WRAPPINGS[name]
    connect(acme, idp)
    mallory = visit()
    wrapped = wrap(mallory.respond(sign=sign))
    assert VICTIM in etree.tostring(wrapped).decode()
    assert_refused(mallory, wrapped)
    honest = visit()
    assert_let_in(honest, honest.respond(sign=sign))


def unsigned(dora: Visit) -> Any:
    return dora.respond(sign="nothing")


def signed_as_a_whole_only(dora: Visit) -> Any:
    return dora.respond(sign="whole")


def signed_with_another_key(dora: Visit) -> Any:
    return _signed(dora, keys=OTHERS)


def signed_with_sha1(dora: Visit) -> Any:
    return _signed(dora, method=xmlsec.Transform.RSA_SHA1)


def digested_with_sha1(dora: Visit) -> Any:
    return _signed(dora, digest=xmlsec.Transform.SHA1)


def signed_with_a_shared_secret(dora: Visit) -> Any:
    """The certificate, which everybody knows, taken as the key of an HMAC."""
    response = dora.respond()
    method = response.find(".//ds:SignatureMethod", NAMES)
    method.set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
    return response


def changed_afterwards(dora: Visit) -> Any:
    response = dora.respond()
    response.find(".//saml:NameID", NAMES).text = VICTIM
    return response


def signed_twice(dora: Visit) -> Any:
    response = dora.respond()
    dora.idp.sign(response.find("saml:Assertion", NAMES))
    return response


def covering_nothing(dora: Visit) -> Any:
    response = dora.respond()
    response.find(".//ds:Reference", NAMES).set("URI", "")
    return response


def covering_by_another_rule(dora: Visit) -> Any:
    response = dora.respond()
    transform = response.find(".//ds:Transform", NAMES)
    transform.set("Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116")
    etree.SubElement(transform, f"{{{DS}}}XPath").text = "ancestor-or-self::node()"
    return response


def with_more_in_the_signature(dora: Visit) -> Any:
    response = dora.respond()
    etree.SubElement(response.find(".//ds:Signature", NAMES), f"{{{DS}}}Object").text = "hello"
    return response


FORGERIES = {
    with_more_in_the_signature: "parts that do not belong there",
    unsigned: "not signed",
    signed_as_a_whole_only: "not the assertion in it",
    signed_with_another_key: "Signature validation failed",
    signed_with_sha1: "rsa-sha1 is not taken",
    digested_with_sha1: "sha1 is not taken",
    signed_with_a_shared_secret: "hmac-sha256 is not taken",
    changed_afterwards: "Signature validation failed",
    signed_twice: "where none belongs",
    covering_nothing: "covers something else",
    covering_by_another_rule: "is not taken",
}


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_only_the_provider_signs_and_only_so(acme, idp, visit, forge):
    connect(acme, idp)
    mallory, honest = visit(), visit()
    assert_refused(mallory, forge(mallory), FORGERIES[forge])
    assert_let_in(honest, honest.respond())


def test_a_certificate_that_has_expired_signs_nothing(acme, globex, idp):
    connect(acme, IdentityProvider(EXPIRED))
    connect(globex, idp)
    late, honest = departing(acme, IdentityProvider(EXPIRED)), departing(globex, idp)
    assert_refused(late, late.respond(), "has expired")
    assert_let_in(honest, honest.respond())


def _signed(dora: Visit, **how: Any) -> Any:
    response = dora.respond(sign="nothing")
    dora.idp.sign(response.find("saml:Assertion", NAMES), **how)
    return response
