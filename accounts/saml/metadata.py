"""Metadata (OASIS, SAML Metadata 2.0): a provider's is read, the portal's own for a provider is written."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from lxml import etree
from lxml.builder import ElementMaker

from accounts.kinds.saml import MOST_CERTIFICATES
from accounts.saml.documents import DS, METADATA, NAMES, Unreadable, parse_metadata
from accounts.saml.keys import from_base64, read_certificates, to_base64

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.kinds.saml import Addresses, Peer

_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
# Some providers read metadata once and hold it against us when it ends.
_VALID = timedelta(days=3650)

_md = ElementMaker(namespace=METADATA, nsmap={"md": METADATA, "ds": DS})
_ds = ElementMaker(namespace=DS, nsmap={"ds": DS})


def read(content: bytes, *, entity_id: str = "") -> dict[str, Any]:
    """What a provider's metadata says: entity_id, sso_url, slo_url and certificates.

    `entity_id` chooses among several. Raises ValidationError with a sentence for whoever sets the provider up.
    """
    try:
        root = parse_metadata(content)
    except Unreadable as error:
        raise ValidationError(f"This metadata can't be read. {error}") from None
    entity, idp = _identity_provider(root, entity_id)
    urls = {"sso_url": _location(idp, "SingleSignOnService"), "slo_url": _location(idp, "SingleLogoutService")}
    if not urls["sso_url"]:
        raise ValidationError("The provider takes no requests by HTTP-Redirect: its metadata names no address for it.")
    return {"entity_id": entity.get("entityID"), **urls, "certificates": _certificates(idp)}


def write(peer: Peer, ours: Addresses, *, now: datetime) -> bytes:
    """The portal's metadata for one provider."""
    certificate = to_base64(peer.certificate)
    keys = [_key(use, certificate) for use in ("signing", "encryption")]
    descriptor = _md.SPSSODescriptor(
        *keys,
        _md.SingleLogoutService(Binding=_REDIRECT, Location=ours.sls_url),
        _md.NameIDFormat(peer.name_id_format),
        _md.AssertionConsumerService(Binding=_POST, Location=ours.acs_url, index="0", isDefault="true"),
        protocolSupportEnumeration=_PROTOCOL,
        AuthnRequestsSigned="true" if peer.sign_requests else "false",
        WantAssertionsSigned="true",
    )
    until = (now + _VALID).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    written: bytes = etree.tostring(
        _md.EntityDescriptor(descriptor, entityID=ours.entity_id, validUntil=until),
        xml_declaration=True,
        encoding="UTF-8",
        pretty_print=True,
    )
    return written


def _identity_provider(root: Any, entity_id: str) -> tuple[Any, Any]:
    entities = list(root.iter(f"{{{METADATA}}}EntityDescriptor"))
    found = [(one, one.find("md:IDPSSODescriptor", NAMES)) for one in entities]
    found = [(one, idp) for one, idp in found if idp is not None and one.get("entityID")]
    if len(found) > 1:
        found = [(one, idp) for one, idp in found if one.get("entityID") == entity_id]
    if len(found) != 1:
        raise ValidationError("This is no metadata of one SAML identity provider (IDPSSODescriptor).")
    return found[0]


def _location(idp: Any, service: str) -> str:
    """Where the service is spoken to by HTTP-Redirect."""
    found = (one for one in idp.findall(f"md:{service}", NAMES) if one.get("Binding") == _REDIRECT)
    return next((one.get("Location", "") for one in found), "")


def _certificates(idp: Any) -> list[str]:
    keys = [one for one in idp.findall("md:KeyDescriptor", NAMES) if one.get("use") in (None, "signing")]
    texts = [found.text or "" for one in keys for found in one.findall(".//ds:X509Certificate", NAMES)]
    if not texts:
        raise ValidationError("The metadata holds no certificate for signing.")
    certificates = read_certificates("\n".join(map(from_base64, texts)))
    if len(certificates) > MOST_CERTIFICATES:
        raise ValidationError(f"The metadata holds more than {MOST_CERTIFICATES} certificates for signing.")
    return certificates


def _key(use: str, certificate: str) -> Any:
    return _md.KeyDescriptor(_ds.KeyInfo(_ds.X509Data(_ds.X509Certificate(certificate))), use=use)
