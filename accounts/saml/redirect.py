"""The HTTP-Redirect binding: a message in a query, signed beside it (SAML Bindings, section 3.4)."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from accounts.saml.documents import MOST_CHARACTERS, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

_RSA, _ECDSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_RAW_DEFLATE = -15


def url(at: str, parameter: str, message: bytes, *, relay_state: str = "", key: str = "") -> str:
    """The address at a provider that carries a message; with a key (PEM), signed with it."""
    deflater = zlib.compressobj(wbits=_RAW_DEFLATE)
    deflated = deflater.compress(message) + deflater.flush()
    query = f"{parameter}={_quoted(base64.b64encode(deflated))}"
    if relay_state:
        query += f"&RelayState={_quoted(relay_state.encode())}"
    if key:
        query += f"&SigAlg={_quoted(f'{_RSA}sha256'.encode())}"
        query += f"&Signature={_quoted(base64.b64encode(_sign(query.encode(), key)))}"
    return f"{at}{'&' if urlsplit(at).query else '?'}{query}"


def read_signed(query: str, parameter: str, certificates: Iterable[str]) -> bytes:
    """The message in a query, signed with one of the certificates (PEM). Raises Unreadable.

    What is signed are the parameters as their sender escaped them, in the order of section 3.4.4.1; so the query is
    read as it came, and nothing but what was signed is read.
    """
    raw = dict(part.partition("=")[::2] for part in query.split("&"))
    if not {parameter, "Signature", "SigAlg"} <= raw.keys():
        raise Unreadable("The message is not signed.")
    signed = "&".join(f"{name}={raw[name]}" for name in (parameter, "RelayState", "SigAlg") if name in raw)
    signature, algorithm = _decoded(unquote(raw["Signature"])), unquote(raw["SigAlg"])
    if not any(_is_signed(signed.encode(), signature, algorithm, one) for one in certificates):
        raise Unreadable("The signature is not the provider's, or made with an algorithm that is not taken.")
    return _inflated(_decoded(unquote(raw[parameter])))


def _inflated(packed: bytes) -> bytes:
    """Unpack a message, but no more of it than a message may be long; the rest is missed when it is read."""
    try:
        return zlib.decompressobj(_RAW_DEFLATE).decompress(packed, MOST_CHARACTERS)
    except zlib.error:
        raise Unreadable("The message can't be unpacked.") from None


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("It is not Base64.") from None


def _is_signed(content: bytes, signature: bytes, algorithm: str, certificate: str) -> bool:
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm.startswith(_RSA):
            key.verify(signature, content, padding.PKCS1v15(), _HASHES[algorithm.removeprefix(_RSA)])
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm.startswith(_ECDSA):
            key.verify(signature, content, ec.ECDSA(_HASHES[algorithm.removeprefix(_ECDSA)]))
        else:
            return False
    except (InvalidSignature, KeyError):
        return False
    return True


def _sign(content: bytes, key: str) -> bytes:
    private: Any = load_pem_private_key(key.encode(), password=None)
    signature: bytes = private.sign(content, padding.PKCS1v15(), hashes.SHA256())
    return signature


def _quoted(value: bytes) -> str:
    return quote(value, safe="")
