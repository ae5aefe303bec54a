"""A SAML identity provider that truly signs, whatever it is asked to sign: so that every forgery can be made."""

from __future__ import annotations

import base64
import importlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

xmlsec: Any = importlib.import_module("xmlsec")  # its types know half of it
ENTITY = "https://idp.acme.example/saml"
SSO, SLO = "https://idp.acme.example/sso", "https://idp.acme.example/slo"
SAML, SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
NAMES = {"saml": SAML, "samlp": SAMLP, "ds": DS, "md": "urn:oasis:names:tc:SAML:2.0:metadata"}
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
MAIL, NAME = "urn:oid:0.9.2342.19200300.100.1.3", "urn:oid:2.16.840.1.113730.3.1.241"
SIGN = xmlsec.Transform.RSA_SHA256


@dataclass(frozen=True)
class Keys:
    private: str
    certificate: str

    @property
    def body(self) -> str:
        return "".join(self.certificate.splitlines()[1:-1])


def make_keys(*, days: float = 300, curve: bool = False) -> Keys:
    key: Any = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.acme.example")])
    until = datetime.now(UTC) + timedelta(days=days)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(until - timedelta(days=365))
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Keys(private, certificate.public_bytes(Encoding.PEM).decode())


@dataclass
class IdentityProvider:
    """Answers as told: each keyword of respond() is one thing that may be different."""

    keys: Keys = field(default_factory=make_keys)
    entity_id: str = ENTITY

    @property
    def metadata(self) -> str:
        return self.metadata_with(self.keys)

    def metadata_with(self, *keys: Keys) -> str:
        descriptors = "".join(KEY.format(certificate=one.body) for one in keys)
        return METADATA.format(entity=self.entity_id, keys=descriptors, sso=SSO, slo=SLO)

    def respond(self, *, sign: str = "assertion", **wishes: Any) -> Any:
        """A response as an element, with its assertion signed, or the `whole`, or `both`, or `nothing`."""
        root = etree.fromstring(self.write(**wishes))
        if sign in ("assertion", "both"):
            self.sign(root.find("saml:Assertion", NAMES))
        if sign in ("whole", "both"):
            self.sign(root)
        return root

    def write(self, *, acs: str, audience: str, request_id: str = "", subject: str = "dora", **wishes: Any) -> str:
        asked = f'InResponseTo="{request_id}"' if request_id else ""
        told = {
            "id": f"_{secrets.token_hex(16)}",
            "response_id": f"_{secrets.token_hex(16)}",
            "issuer": self.entity_id,
            "response_issuer": wishes.get("issuer", self.entity_id),
            "subject": subject,
            "format": PERSISTENT,
            "destination": acs,
            "recipient": acs,
            "asked": asked,
            "confirmed": asked,
            "issued": at(0),
            "begins": at(-10),
            "ends": at(300),
            "confirmed_until": at(300),
            "status": "urn:oasis:names:tc:SAML:2.0:status:Success",
            "restriction": restrict(audience),
            "session": "session-1",
            "attributes": attributes({MAIL: [f"{subject}@acme.example"], NAME: [f"{subject.title()} of Acme"]}),
            "more": "",
            **wishes,
        }
        return RESPONSE.format(**told)

    def sign(self, element: Any, *, keys: Keys | None = None, method: Any = SIGN, digest: Any = None) -> None:
        """Put a signature over `element` into it, behind its Issuer."""
        keys = keys or self.keys
        signature = xmlsec.template.create(element, xmlsec.Transform.EXCL_C14N, method, ns="ds")
        element.insert(1, signature)
        reference = xmlsec.template.add_reference(
            signature, digest or xmlsec.Transform.SHA256, uri=f"#{element.get('ID')}"
        )
        xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
        xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
        xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
        xmlsec.tree.add_ids(element, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(keys.private, xmlsec.KeyFormat.PEM, None)
        context.key.load_cert_from_memory(keys.certificate, xmlsec.KeyFormat.CERT_PEM)
        context.sign(signature)

    def encrypt(self, response: Any, certificate: str, *, oaep: bool = True) -> Any:
        """The response with its assertion for the eyes of the certificate's owner only."""
        assertion = response.find("saml:Assertion", NAMES)
        data = xmlsec.template.encrypted_data_create(
            response, xmlsec.Transform.AES256, type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
        )
        xmlsec.template.encrypted_data_ensure_cipher_value(data)
        info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="ds")
        transport = xmlsec.Transform.RSA_OAEP if oaep else xmlsec.Transform.RSA_PKCS1
        xmlsec.template.encrypted_data_ensure_cipher_value(xmlsec.template.add_encrypted_key(info, transport))
        manager = xmlsec.KeysManager()
        manager.add_key(xmlsec.Key.from_memory(certificate, xmlsec.KeyFormat.CERT_PEM, None))
        context = xmlsec.EncryptionContext(manager)
        context.key = xmlsec.Key.generate(xmlsec.KeyData.AES, 256, xmlsec.KeyDataType.SESSION)
        place = etree.Element(f"{{{SAML}}}EncryptedAssertion", nsmap={"saml": SAML})
        place.append(context.encrypt_xml(data, etree.fromstring(etree.tostring(assertion))))
        response.replace(assertion, place)
        return response


def encode(root: Any) -> str:
    content = root if isinstance(root, bytes) else etree.tostring(root)
    return base64.b64encode(content).decode()


def restrict(*audiences: str) -> str:
    told = "".join(f"<saml:Audience>{one}</saml:Audience>" for one in audiences)
    return f"<saml:AudienceRestriction>{told}</saml:AudienceRestriction>"


def at(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def attributes(told: dict[str, list[str]]) -> str:
    return "".join(
        f'<saml:Attribute Name="{name}">'
        + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
        + "</saml:Attribute>"
        for name, values in told.items()
    )


KEY = """<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"""
METADATA = """<?xml version="1.0"?><!-- as people write it -->
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
 entityID="{entity}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}
<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{slo}"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://elsewhere.example"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{sso}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""
RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{response_id}" Version="2.0" IssueInstant="{issued}"
 Destination="{destination}" {asked}><saml:Issuer>{response_issuer}</saml:Issuer><samlp:Status><samlp:StatusCode
 Value="{status}"/></samlp:Status><saml:Assertion ID="{id}" Version="2.0" IssueInstant="{issued}"><saml:Issuer
>{issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{format}">{subject}</saml:NameID><saml:SubjectConfirmation
 Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{confirmed_until}"
 Recipient="{recipient}" {confirmed}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{begins}"
 NotOnOrAfter="{ends}">{restriction}</saml:Conditions><saml:AuthnStatement AuthnInstant="{issued}"
 SessionIndex="{session}"><saml:AuthnContext><saml:AuthnContextClassRef
>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>{more}</samlp:Response>"""
