"""SAML 2.0 identity providers: Entra, Okta, Google, AD FS, Keycloak and the like (OASIS, SAML Core and Bindings)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import IdentityProvider

# Names of attributes as eduPerson and inetOrgPerson have them; a provider that says otherwise is mapped by its admin.
DEFAULT_MAP = {
    "subject": "NameID",
    "username": "urn:oid:0.9.2342.19200300.100.1.1",
    "email": "urn:oid:0.9.2342.19200300.100.1.3",
    "display_name": "urn:oid:2.16.840.1.113730.3.1.241",
    "groups": "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
}
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
NAME_ID_FORMATS = {
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified": "As the provider likes",
    PERSISTENT: "Persistent",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress": "E-mail address",
}
MOST_CERTIFICATES = 3


@dataclass(frozen=True, slots=True)
class Peer:
    """An identity provider, and what the portal is to it.

    `certificates` are those it may sign with, in PEM. `slo_url` is empty where it knows no single logout. The portal
    has a key pair of its own for each provider: for what it signs, and for assertions that come encrypted.
    """

    entity_id: str
    sso_url: str
    certificates: tuple[str, ...]
    certificate: str
    private_key: str
    slo_url: str = ""
    metadata_url: str = ""
    name_id_format: str = next(iter(NAME_ID_FORMATS))
    allow_unsolicited: bool = False
    sign_requests: bool = False


@dataclass(frozen=True, slots=True)
class Addresses:
    """The portal's own addresses for one provider; its entity id is that of its metadata."""

    entity_id: str
    acs_url: str
    sls_url: str


def peer(provider: IdentityProvider) -> Peer:
    settings = dict(provider.settings)
    certificates = tuple(settings.pop("certificates"))
    return Peer(certificates=certificates, private_key=provider.secrets["private_key"], **settings)
