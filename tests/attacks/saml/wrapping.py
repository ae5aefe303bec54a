"""Signature wrapping, XSW1 to XSW8 (Somorovsky and others, On Breaking SAML, USENIX Security 2012).

Each takes a response with a truly signed assertion and returns one in which a forged assertion stands where a careless
reader looks, and the signed one where a careless checker does.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree

from tests.accounts.saml.idp import DS, NAMES, SAMLP

VICTIM = "bob"


def in_the_signature_of_the_response(root: Any) -> Any:
    """XSW1: the signed response is put into the signature of a forged one."""
    forged, signature, signed = _forged_response(root)
    forged.insert(1, signature)
    signature.append(signed)
    return forged


def before_the_signature_of_the_response(root: Any) -> Any:
    """XSW2: the signed response stands before the signature of a forged one."""
    forged, signature, signed = _forged_response(root)
    forged.insert(1, signed)
    forged.insert(2, signature)
    return forged


def before_the_signed_assertion(root: Any) -> Any:
    """XSW3."""
    assertion = root.find("saml:Assertion", NAMES)
    assertion.addprevious(_forged(assertion))
    return root


def around_the_signed_assertion(root: Any) -> Any:
    """XSW4."""
    assertion = root.find("saml:Assertion", NAMES)
    forged = _forged(assertion)
    assertion.addprevious(forged)
    forged.append(assertion)
    return root


def with_the_signature_of_one_behind(root: Any) -> Any:
    """XSW5: the forged assertion carries the signature, the signed one follows it without."""
    assertion = root.find("saml:Assertion", NAMES)
    forged, signature, signed = _forged(assertion), _signature(assertion), _bare(assertion)
    root.replace(assertion, forged)
    forged.insert(1, signature)
    root.append(signed)
    return root


def with_the_signature_of_one_in_it(root: Any) -> Any:
    """XSW6: the forged assertion carries the signature, and that holds the signed one."""
    assertion = root.find("saml:Assertion", NAMES)
    forged, signature, signed = _forged(assertion), _signature(assertion), _bare(assertion)
    root.replace(assertion, forged)
    forged.insert(1, signature)
    signature.append(signed)
    return root


def in_the_extensions(root: Any) -> Any:
    """XSW7."""
    assertion = root.find("saml:Assertion", NAMES)
    extensions = etree.Element(f"{{{SAMLP}}}Extensions")
    extensions.append(_forged(assertion))
    root.insert(1, extensions)
    return root


def in_an_object(root: Any) -> Any:
    """XSW8: the forged assertion carries the signature, which holds the signed one in an Object."""
    assertion = root.find("saml:Assertion", NAMES)
    forged, signature, signed = _forged(assertion), _signature(assertion), _bare(assertion)
    root.replace(assertion, forged)
    forged.insert(1, signature)
    etree.SubElement(signature, f"{{{DS}}}Object").append(signed)
    return root


WRAPPINGS = {
    "XSW1": in_the_signature_of_the_response,
    "XSW2": before_the_signature_of_the_response,
    "XSW3": before_the_signed_assertion,
    "XSW4": around_the_signed_assertion,
    "XSW5": with_the_signature_of_one_behind,
    "XSW6": with_the_signature_of_one_in_it,
    "XSW7": in_the_extensions,
    "XSW8": in_an_object,
}
# These take the signature of the response.
OF_THE_RESPONSE = ("XSW1", "XSW2")


def _forged(assertion: Any) -> Any:
    forged = _bare(assertion)
    forged.set("ID", "_forged")
    forged.find("saml:Subject/saml:NameID", NAMES).text = VICTIM
    return forged


def _forged_response(root: Any) -> tuple[Any, Any, Any]:
    forged = _bare(root)
    forged.set("ID", "_forged_response")
    forged.find("saml:Assertion/saml:Subject/saml:NameID", NAMES).text = VICTIM
    return forged, _signature(root), _bare(root)


def _signature(element: Any) -> Any:
    return deepcopy(element.find("ds:Signature", NAMES))


def _bare(element: Any) -> Any:
    """A copy without the element's own signature."""
    copy = deepcopy(element)
    copy.remove(copy.find("ds:Signature", NAMES))
    return copy
