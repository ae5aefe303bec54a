"""What a signature or an encryption in a SAML message may look like (SAML Core, chapter 5 and 6). Pure.

XML signatures can be told to sign anything, anywhere, by any rule. SAML needs one form of that; only this one is let
through to the library that computes.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from accounts.saml.documents import DS, NAMES, Unreadable, only

_C14N = {
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
}
_TRANSFORMS = {f"{DS}enveloped-signature", *_C14N}
_MORE, _XENC, _XENC11 = (
    "http://www.w3.org/2001/04/xmldsig-more#",
    "http://www.w3.org/2001/04/xmlenc#",
    "http://www.w3.org/2009/xmlenc11#",
)
_SIGNATURES = {f"{_MORE}{key}-sha{bits}" for key in ("rsa", "ecdsa") for bits in (256, 384, 512)}
_DIGESTS = {f"{_XENC}sha256", f"{_MORE}sha384", f"{_XENC}sha512"}
_CIPHERS = {f"{_XENC}aes{bits}-cbc" for bits in (128, 192, 256)} | {
    f"{_XENC11}aes{bits}-gcm" for bits in (128, 192, 256)
}
# RSA with PKCS #1 1.5 padding tells too much to whoever asks often (Bleichenbacher), so OAEP alone.
_KEY_TRANSPORTS = {f"{_XENC}rsa-oaep-mgf1p", f"{_XENC11}rsa-oaep"}
# All that an encrypted assertion needs. None of these makes anybody fetch anything.
_ENCRYPTED = {
    *("EncryptedAssertion", "EncryptedData", "EncryptionMethod", "EncryptedKey", "CipherData", "CipherValue"),
    *("KeyInfo", "KeyName", "DigestMethod", "MGF", "OAEPparams", "ReferenceList", "DataReference", "RetrievalMethod"),
    *("X509Data", "X509Certificate", "X509IssuerSerial", "X509IssuerName", "X509SerialNumber", "X509SKI"),
}


def check_signatures(root: Any, assertion: Any) -> None:
    """Check that the assertion carries its own signature, that the response may, and nothing else does.

    Raises Unreadable. Whether the signatures are right is for the library to tell.
    """
    if assertion.find("ds:Signature", NAMES) is None:
        whole = root.find("ds:Signature", NAMES) is not None
        raise Unreadable("The response is signed, but not the assertion in it." if whole else "It is not signed.")
    signed = [one for one in (root, assertion) if one.find("ds:Signature", NAMES) is not None]
    if len(root.findall(".//ds:Signature", NAMES)) != len(signed):
        raise Unreadable("It has a signature in a place where none belongs.")
    for element in signed:
        _check_signature(only(element, "ds:Signature"), element)


def check_encryption(encrypted: Any) -> None:
    """Check that decrypting needs nothing but the portal's key. Raises Unreadable."""
    names = {etree.QName(one).localname for one in encrypted.iter()}
    if not names <= _ENCRYPTED:
        raise Unreadable(f"Its encryption has {', '.join(sorted(names - _ENCRYPTED))[:200]} in it.")
    if any(not one.get("URI", "#").startswith("#") for one in encrypted.iter()):
        raise Unreadable("Its encryption points elsewhere.")
    for method in encrypted.iterfind(".//xenc:EncryptionMethod", NAMES):
        is_key = etree.QName(method.getparent()).localname == "EncryptedKey"
        _check_algorithm(method, _KEY_TRANSPORTS if is_key else _CIPHERS)


def _check_signature(signature: Any, signed: Any) -> None:
    parts = [etree.QName(one).localname for one in signature]
    if parts not in (["SignedInfo", "SignatureValue"], ["SignedInfo", "SignatureValue", "KeyInfo"]):
        raise Unreadable("Its signature has parts that do not belong there.")
    info = only(signature, "ds:SignedInfo")
    reference = only(info, "ds:Reference")
    if not signed.get("ID") or reference.get("URI") != f"#{signed.get('ID')}":
        raise Unreadable("Its signature covers something else than what it stands in.")
    _check_algorithm(only(info, "ds:CanonicalizationMethod"), _C14N)
    _check_algorithm(only(info, "ds:SignatureMethod"), _SIGNATURES)
    _check_algorithm(only(reference, "ds:DigestMethod"), _DIGESTS)
    for transform in signature.iterfind(".//ds:Transform", NAMES):
        _check_algorithm(transform, _TRANSFORMS)


def _check_algorithm(element: Any, allowed: set[str]) -> None:
    if element.get("Algorithm") not in allowed:
        raise Unreadable(f"The algorithm {element.get('Algorithm')} is not taken: use RSA or ECDSA with SHA-256.")
