"""A SAML identity provider: metadata, and responses that are truly signed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml.signer import XMLSigner

ENTITY = "https://idp.example.org/saml"
SIGN_IN = "https://signin.aws.amazon.com/saml"
ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
NAMES = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion", "ds": "http://www.w3.org/2000/09/xmldsig#"}


def write_time(minutes: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


class IdentityProvider:
    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.example.org")])
        self.certificate = (
            x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
            .not_valid_before(datetime.now(UTC) - timedelta(days=1))
            .not_valid_after(datetime.now(UTC) + timedelta(days=30))
            .sign(self.key, hashes.SHA256())
        )

    @property
    def metadata(self) -> str:
        encoded = base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()
        return (
            f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">'
            '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
            f"<X509Certificate>{encoded}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
            f'<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{ENTITY}"/>'
            "</IDPSSODescriptor></EntityDescriptor>"
        )

    def respond(self, attributes: dict[str, list[str]], *, whole: bool = False, **wishes: str) -> str:
        """A response with a signed assertion, or one that is signed as a whole."""
        root = etree.fromstring(write_response(attributes, **wishes))
        signed = self.sign(root) if whole else root
        if not whole:
            assertion = root.find("saml:Assertion", NAMES)
            root.replace(assertion, self.sign(assertion))
        return encode(signed)

    def sign(self, element: Any) -> Any:
        signer = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
        certificate = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        return signer.sign(element, key=self.key, cert=certificate, reference_uri=f"#{element.get('ID')}")


def encode(root: Any) -> str:
    return base64.b64encode(etree.tostring(root)).decode()


def decode(response: str) -> Any:
    return etree.fromstring(base64.b64decode(response))


def write_response(attributes: dict[str, list[str]], **wishes: str) -> str:
    told = {
        "subject": "alice",
        "audience": "urn:amazon:webservices",
        "recipient": SIGN_IN,
        "issuer": ENTITY,
        "issued": write_time(),
        "ends": write_time(5),
        "begins": write_time(-5),
        "session_ends": write_time(480),
        "status": "urn:oasis:names:tc:SAML:2.0:status:Success",
        "format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        **wishes,
    }
    statement = "".join(
        f'<saml:Attribute Name="{ATTRIBUTE}{name}">'
        + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
        + "</saml:Attribute>"
        for name, values in attributes.items()
    )
    return RESPONSE.format(**told, attributes=statement)


RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="r1" Version="2.0" IssueInstant="{issued}">
<saml:Issuer>{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status>
<saml:Assertion ID="a1" Version="2.0" IssueInstant="{issued}"><saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="{format}">{subject}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{ends}" Recipient="{recipient}"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}"><saml:AudienceRestriction>
<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{issued}" SessionNotOnOrAfter="{session_ends}"/>
<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>"""
