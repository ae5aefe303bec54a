"""XML from strangers: read strictly, before anything else looks at it. Pure.

What no identity provider sends is refused rather than understood: document types, comments, processing instructions and
ids that stand twice are what attacks on SAML are made of.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from typing import Any

from lxml import etree

SAML, SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
DS, XENC = "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/04/xmlenc#"
NAMES = {"saml": SAML, "samlp": SAMLP, "md": METADATA, "ds": DS, "xenc": XENC}
# Base64 characters; a response with hundreds of groups has some 60,000.
MOST_CHARACTERS = 200_000
_MOST_ELEMENTS = 20_000
_DTD = "It has a document type (DTD)."
_IDS = ("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id")


class Unreadable(ValueError):
    """A document is not what it should be; the sentence says why, for whoever sets the provider up."""


def decode(encoded: str) -> bytes:
    """Base64 as providers send it, in lines or in one. Raises Unreadable."""
    if len(encoded) > MOST_CHARACTERS:
        raise Unreadable(f"It is longer than {MOST_CHARACTERS} characters.")
    try:
        return base64.b64decode("".join(encoded.split()).encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("It is not Base64.") from None


def parse(content: bytes) -> Any:
    """The root element of a message. Raises Unreadable for what is no plain XML."""
    root = _parsed(content, remove_comments=False, remove_pis=False)
    check(root)
    return root


def parse_metadata(content: bytes) -> Any:
    """The root element of metadata, which people comment. Raises Unreadable."""
    return _parsed(content, remove_comments=True, remove_pis=True)


def check(root: Any) -> None:
    """Refuse what makes two readers read two things. Raises Unreadable."""
    every = list(root.getroottree().xpath("//node()[not(self::text())]"))
    if len(every) > _MOST_ELEMENTS:
        raise Unreadable("It has too many elements.")
    if any(not isinstance(node.tag, str) for node in every):
        raise Unreadable("It has a comment or a processing instruction in it.")
    ids = Counter(node.get(name) for node in every for name in _IDS if node.get(name) is not None)
    if any(times > 1 for times in ids.values()):
        raise Unreadable("An ID stands in it twice.")


def only(parent: Any, path: str) -> Any:
    """The one element at this path. Raises Unreadable when there is none, or more than one."""
    found = parent.findall(path, NAMES)
    if len(found) != 1:
        raise Unreadable(f"It has {len(found)} elements {path} where there must be one.")
    return found[0]


def text(element: Any) -> str:
    """All the text of an element that holds text alone. Raises Unreadable."""
    if len(element):
        raise Unreadable(f"{etree.QName(element).localname} holds more than text.")
    return (element.text or "").strip()


def _parsed(content: bytes, **wishes: bool) -> Any:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable(_DTD)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, **wishes)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise Unreadable("It is no XML.") from None
    if root.getroottree().docinfo.doctype:  # In an encoding of which the first look knew nothing.
        raise Unreadable(_DTD)
    return root
