"""SAML metadata: who an identity provider is, and the certificates of its signing keys."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NAMES = {
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}


class BadMetadata(ValueError):
    """The document is no metadata of an identity provider. The sentence says why."""


class BadXML(ValueError):
    """It is no XML, or one with a DTD, which nobody needs to say who somebody is."""


@dataclass(frozen=True)
class Metadata:
    entity_id: str
    certificates: tuple[x509.Certificate, ...]


@lru_cache(maxsize=128)
def read_metadata(text: str) -> Metadata:
    """Raises BadMetadata."""
    try:
        root = parse_xml(text.encode())
    except BadXML as error:
        raise BadMetadata(str(error)) from error
    providers = root.findall("md:IDPSSODescriptor", NAMES)
    entity_id = root.get("entityID")
    if root.tag != f"{{{NAMES['md']}}}EntityDescriptor" or not entity_id or len(providers) != 1:
        raise BadMetadata("It must be an EntityDescriptor with an entityID and one IDPSSODescriptor.")
    keys = [key for key in providers[0].findall("md:KeyDescriptor", NAMES) if key.get("use", "signing") == "signing"]
    certificates = [read_certificate(each) for key in keys for each in key.iterfind(".//ds:X509Certificate", NAMES)]
    if not certificates:
        raise BadMetadata("It has no certificate to verify signatures with.")
    return Metadata(entity_id, tuple(certificates))


def read_certificate(element: Element) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(base64.b64decode("".join((element.text or "").split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise BadMetadata("One of its certificates can't be read.") from error


def parse_xml(content: bytes) -> Element:
    """Raises BadXML. Comments are dropped, so that no text falls into two."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadXML("It is no XML.") from error
    if root.getroottree().docinfo.doctype:
        raise BadXML("It has a DTD.")
    return root
