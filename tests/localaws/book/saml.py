from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.signer import XMLSigner

ENTITY, AUDIENCE = "https://saml.example/idp", "https://signin.aws.amazon.com/saml"
METADATA = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}"
 validUntil="2100-01-01T00:00:00Z"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{certificate}
</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Location="https://saml.example/sso"
 Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/></IDPSSODescriptor></EntityDescriptor>"""
ASSERTION = """<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" Version="2.0" IssueInstant="{now}">
<Issuer>{entity}</Issuer><Subject><NameID
 Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">alice</NameID><SubjectConfirmation
 Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData NotOnOrAfter="{later}"
 Recipient="{audience}"/></SubjectConfirmation></Subject><Conditions NotBefore="{now}" NotOnOrAfter="{later}">
<AudienceRestriction><Audience>{audience}</Audience></AudienceRestriction></Conditions><AuthnStatement
 AuthnInstant="{now}"><AuthnContext><AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password
</AuthnContextClassRef></AuthnContext></AuthnStatement><AttributeStatement><Attribute
 Name="https://aws.amazon.com/SAML/Attributes/Role"><AttributeValue>{role},{provider}</AttributeValue></Attribute>
<Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"><AttributeValue>alice</AttributeValue>
</Attribute></AttributeStatement></Assertion>"""
RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0"
 IssueInstant="{now}"><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>
</samlp:Status>{assertion}</samlp:Response>"""


class SAMLIssuer:
    """An identity provider that signs its assertions."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = certify(self.key)
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.metadata = METADATA.format(entity=ENTITY, certificate=base64.b64encode(der).decode())

    def say(self, role: str, provider: str) -> str:
        """That alice may have the role."""
        now = datetime.now(UTC)
        times = {"now": write(now), "later": write(now + timedelta(minutes=5))}
        names = {"entity": ENTITY, "audience": AUDIENCE, "role": role, "provider": provider}
        assertion = etree.fromstring(ASSERTION.format(id=f"_{uuid.uuid4().hex}", **times, **names))
        signer = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
        pem = self.certificate.public_bytes(serialization.Encoding.PEM)
        signed = signer.sign(assertion, key=self.key, cert=pem.decode(), reference_uri=assertion.get("ID"))
        response = RESPONSE.format(assertion=etree.tostring(signed).decode(), **times)
        return base64.b64encode(response.encode()).decode()


def write(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def certify(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "saml.example")])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    return certificate.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
