"""Keys and certificates: the portal's own for each provider, and those with which providers sign."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

_YEARS = 10
_FEWEST_BITS = 2048
# Days before the end of a certificate at which its tenant's admin is told.
_WARNING = 30


def make_key_pair(name: str, *, now: datetime) -> tuple[str, str]:
    """A private key and its certificate, in PEM. Nobody looks at the certificate but for the key in it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_FEWEST_BITS)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, certificate.public_bytes(Encoding.PEM).decode()


def read_certificates(pem: str) -> list[str]:
    """Certificates with which a provider may sign, each in PEM. Raises ValidationError."""
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise ValidationError("These are no certificates in PEM (-----BEGIN CERTIFICATE-----).") from error
    for one in found:
        _check_key(one)
    return list(dict.fromkeys(one.public_bytes(Encoding.PEM).decode().strip() for one in found))


def from_base64(encoded: str) -> str:
    """A certificate as metadata holds it, in PEM."""
    body = "".join(encoded.split())
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----"


def to_base64(pem: str) -> str:
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))


def valid_at(certificates: Iterable[str], now: datetime) -> list[str]:
    """Those of the certificates that are neither too young nor too old."""
    read = [(pem, x509.load_pem_x509_certificate(pem.encode())) for pem in certificates]
    return [pem for pem, one in read if one.not_valid_before_utc <= now < one.not_valid_after_utc]


def describe(pem: str) -> str:
    one = x509.load_pem_x509_certificate(pem.encode())
    return f"…{one.fingerprint(hashes.SHA256()).hex()[-8:]}, until {one.not_valid_after_utc:%Y-%m-%d}"


def warnings(certificates: Iterable[str], *, now: datetime) -> list[str]:
    """A sentence for each certificate that has expired or soon will."""
    found = []
    for pem in certificates:
        ends = x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
        if ends <= now:
            found.append(f"The signing certificate {describe(pem)} has expired.")
        elif ends <= now + timedelta(days=_WARNING):
            found.append(f"The signing certificate {describe(pem)} expires in {(ends - now).days} days.")
    return found


def _check_key(certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _FEWEST_BITS:
        return
    if isinstance(key, ec.EllipticCurvePublicKey):
        return
    raise ValidationError(f"Only RSA keys of at least {_FEWEST_BITS} bits and elliptic curve keys are taken.")
