"""SAML assertions: what of them is signed, and what that says.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from lxml.etree import LxmlError
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from localaws.iam.metadata import BadXML, parse_xml
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from lxml.etree import _Element as Element

    from localaws.iam.metadata import Metadata

NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
ASSERTION, RESPONSE = f"{{{NAMES['saml']}}}Assertion", f"{{{NAMES['samlp']}}}Response"
# What a signature that is not well formed is met with, beside those that do not hold.
NOT_VERIFIED = (SignXMLException, LxmlError, UnsupportedAlgorithm, ValueError, TypeError, KeyError)
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"


@dataclass(frozen=True)
class Assertion:
    """An assertion whose signature holds."""

    element: Element

    def find(self, path: str) -> Element | None:
        return self.element.find(path, NAMES)

    def texts(self, path: str) -> list[str]:
        return [(each.text or "").strip() for each in self.element.iterfind(path, NAMES)]

    def attribute(self, path: str, name: str) -> str | None:
        element = self.find(path)
        return None if element is None else element.get(name)

    @property
    def attributes(self) -> dict[str, list[str]]:
        found = self.element.iterfind("saml:AttributeStatement/saml:Attribute", NAMES)
        return {
            each.get("Name", ""): [(value.text or "").strip() for value in each.iterfind("saml:AttributeValue", NAMES)]
            for each in found
        }


def verify_assertion(encoded: str, metadata: Metadata) -> Assertion:
    """The one assertion of a response; it or the whole response must be signed. Raises AWSError."""
    try:
        root = parse_xml(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError, BadXML) as error:
        raise invalid("The assertion is no base64 of a SAML response.") from error
    assertions = root.findall("saml:Assertion", NAMES)
    # A second assertion anywhere is there to be taken for the signed one.
    if root.tag != RESPONSE or len(assertions) != 1 or len(list(root.iter(ASSERTION))) != 1:
        raise invalid("A SAML response must have one assertion, which is not encrypted.")
    if status_of(root) != SUCCESS:
        raise AWSError("IDPRejectedClaim", "The identity provider did not vouch for anybody.")
    signed = next((each for each in (root, assertions[0]) if each.find("ds:Signature", NAMES) is not None), None)
    if signed is None:
        raise invalid("Response signature invalid: there is none.")
    verified = verify_signature(signed, metadata)
    return Assertion(verified if verified.tag == ASSERTION else verified.findall("saml:Assertion", NAMES)[0])


def status_of(root: Element) -> str | None:
    code = root.find("samlp:Status/samlp:StatusCode", NAMES)
    return None if code is None else code.get("Value")


def verify_signature(element: Element, metadata: Metadata) -> Element:
    """What the signature of this very element covers, which must be this very element."""
    for certificate in metadata.certificates:
        verified = try_certificate(element, certificate)
        if verified is not None and (verified.tag, verified.get("ID")) == (element.tag, element.get("ID")):
            return verified
    raise invalid("Response signature invalid")


def try_certificate(element: Element, certificate: Certificate) -> Element | None:
    config = SignatureConfiguration(location="./")
    try:
        result = XMLVerifier().verify(element, x509_cert=certificate, expect_config=config)
    except NOT_VERIFIED:
        return None
    return None if isinstance(result, list) else result.signed_xml


def invalid(message: str) -> AWSError:
    return AWSError("InvalidIdentityToken", message)
