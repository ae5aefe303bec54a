"""The one place where a SAML assertion is believed (OASIS, SAML Core 2.0; SAML Profiles, section 4.1.4).

python3-saml checks schema and signatures. What it leaves open is closed here, on the very tree that it
checks: the algorithms, what a signature covers, the audience, the addresses, the times, and whose answer it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from accounts.kinds.saml import TRANSIENT
from accounts.proofs.saml_signatures import check_encryption, check_signatures
from accounts.saml.documents import NAMES, SAMLP, Unreadable, check, decode, only, parse, text
from accounts.saml.keys import valid_at
from accounts.saml.messages import SKEW, moment
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from accounts.kinds.saml import Addresses, Peer

_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
# However long an assertion says it is good: a browser brings it within seconds.
_LONGEST_LIFE = timedelta(hours=1)
_MOST_ATTRIBUTES = 200
_MOST_OF_A_REASON = 600  # characters: it may quote a stranger


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a provider truly said. Whether this browser asked for it is for check_asked() to tell.

    `told` are the attributes, all values of each, and under `NameID` the name if it is one that lasts. `name_id` is the
    name under `value` with its qualifiers, as single logout must repeat it. `in_response_to` may be empty.
    """

    id: str
    told: dict[str, list[str]]
    name_id: dict[str, str]
    session_index: str
    in_response_to: str
    expires_at: datetime


def verify(response: str, peer: Peer, ours: Addresses, *, now: datetime) -> Assertion:
    """Read the assertion in a posted SAMLResponse. Raises a Refusal (401), its note saying why."""
    try:
        content = decode(response)
        root = parse(content)
        _check_envelope(root, peer, ours)
        for encrypted in root.findall("saml:EncryptedAssertion", NAMES):
            check_encryption(encrypted)
        checking = _library(response, peer, ours, now)
        return _believe(checking, peer, ours, now=now)
    except Unreadable as error:
        raise refusal(str(error)) from error


def unverified_issuer(response: str) -> str:
    """Of whom a response says it is, which nobody has checked: good for finding its provider, no more.

    Raises a Refusal (401) for what is no response at all.
    """
    try:
        return text(only(parse(decode(response)), "saml:Issuer"))
    except Unreadable as error:
        raise refusal(str(error)) from error


def check_asked(assertion: Assertion, peer: Peer, *, request_id: str, now: datetime) -> None:
    """Check that it answers this request (empty: none) and is still good. Raises a Refusal (401)."""
    if not request_id and not peer.allow_unsolicited:
        raise refusal("Nobody asked for it, and sign-in that begins at the provider is not turned on.")
    if assertion.in_response_to != request_id:
        raise refusal("It does not answer the request that this browser made.")
    if now >= assertion.expires_at:
        raise refusal("It has expired meanwhile.")


def refusal(reason: str) -> Refusal:
    sentence = "What your identity provider says can't be believed. Start again; if it stays so, tell your admin."
    told = Refusal("invalid_proof", sentence, status=401)
    told.add_note(reason[:_MOST_OF_A_REASON])
    return told


def _library(response: str, peer: Peer, ours: Addresses, now: datetime) -> Any:
    """python3-saml with the response in it, the assertion decrypted if need be."""
    certificates = valid_at(peer.certificates, now)
    if not certificates:
        raise Unreadable("Every certificate of the provider that you have set up has expired.")
    try:
        return OneLogin_Saml2_Response(_settings(peer, ours, certificates), response)
    except Exception as error:
        raise Unreadable(f"It can't be read or decrypted: {error}") from error


def _believe(checking: Any, peer: Peer, ours: Addresses, *, now: datetime) -> Assertion:
    root = checking.get_xml_document()
    check(root)
    assertion = only(root, "saml:Assertion")
    if len(root.findall(".//saml:Assertion", NAMES)) != 1:
        raise Unreadable("It has more than one assertion.")
    check_signatures(root, assertion)
    _check_issuer(assertion, peer)
    expires_at = _check_times(assertion, now)
    _check_audience(assertion, ours)
    confirmation = _confirmation(assertion, ours, now)
    if confirmation.get("InResponseTo", "") != root.get("InResponseTo", ""):
        raise Unreadable("Response and assertion answer different requests.")
    _check_with_library(checking, ours)
    return _read(root, assertion, min(expires_at, moment(confirmation, "NotOnOrAfter") + SKEW))


def _check_with_library(checking: Any, ours: Addresses) -> None:
    """The schema and the signatures, by the provider's certificates: what KeyInfo says is never believed."""
    try:
        checking.is_valid(_request_data(ours.acs_url), raise_exceptions=True)
    except Exception as error:
        hint = " Was it signed with a certificate that you have not set up, or that has expired?"
        raise Unreadable(f"{error}.{hint if 'ignature' in str(error) else ''}") from error


def _check_envelope(root: Any, peer: Peer, ours: Addresses) -> None:
    if root.tag != f"{{{SAMLP}}}Response":
        raise Unreadable("It is no SAML response.")
    status = only(root, "samlp:Status/samlp:StatusCode")
    if status.get("Value") != _SUCCESS:
        codes = root.findall("samlp:Status//samlp:StatusCode", NAMES)
        told = ", ".join(code.get("Value", "").rpartition(":")[2] for code in codes)
        raise Unreadable(f"The provider says no: {told[:200]}.")
    _check_issuer(root, peer)
    if root.get("Destination") != ours.acs_url:
        raise Unreadable(f"Its Destination is {root.get('Destination')} instead of {ours.acs_url}.")
    if len(root.findall("saml:Assertion", NAMES)) + len(root.findall("saml:EncryptedAssertion", NAMES)) != 1:
        raise Unreadable("It has no assertion, or more than one.")


def _check_issuer(element: Any, peer: Peer) -> None:
    issuer = text(only(element, "saml:Issuer"))
    if issuer != peer.entity_id:
        raise Unreadable(f"Its Issuer is {issuer[:200]} instead of {peer.entity_id}.")


def _check_times(assertion: Any, now: datetime) -> datetime:
    """Return when the assertion is over for us."""
    conditions = only(assertion, "saml:Conditions")
    begins, issued = moment(conditions, "NotBefore"), moment(assertion, "IssueInstant")
    early = (max(begins, issued) - SKEW - now).total_seconds()
    if early > 0:
        raise Unreadable(f"It is good only in {early:.0f} seconds: the provider's clock or ours is wrong.")
    ends = min(moment(conditions, "NotOnOrAfter"), issued + _LONGEST_LIFE) + SKEW
    _check_end(ends, now)
    return ends


def _check_end(ends: datetime, now: datetime) -> None:
    if now >= ends:
        late = (now - ends).total_seconds()
        raise Unreadable(f"It expired {late:.0f} seconds ago: it came late, or the provider's clock or ours is wrong.")


def _check_audience(assertion: Any, ours: Addresses) -> None:
    restrictions = assertion.findall("saml:Conditions/saml:AudienceRestriction", NAMES)
    for restriction in restrictions:
        audiences = [text(one) for one in restriction.findall("saml:Audience", NAMES)]
        if ours.entity_id not in audiences:
            raise Unreadable(f"Its Audience is {', '.join(audiences)[:200]} instead of {ours.entity_id}.")
    if not restrictions:
        raise Unreadable("It names no Audience.")


def _confirmation(assertion: Any, ours: Addresses, now: datetime) -> Any:
    """The data by which whoever brings the assertion is its subject (SAML Profiles, section 3.3)."""
    data = only(assertion, f"saml:Subject/saml:SubjectConfirmation[@Method='{_BEARER}']/saml:SubjectConfirmationData")
    if data.get("Recipient") != ours.acs_url:
        raise Unreadable(f"Its Recipient is {data.get('Recipient')} instead of {ours.acs_url}.")
    _check_end(moment(data, "NotOnOrAfter") + SKEW, now)
    return data


def _read(root: Any, assertion: Any, expires_at: datetime) -> Assertion:
    name = only(assertion, "saml:Subject/saml:NameID")
    name_id = {**{str(key): str(value) for key, value in name.attrib.items()}, "value": text(name)}
    lasting = {} if name.get("Format") == TRANSIENT else {"NameID": [name_id["value"]]}
    statement = only(assertion, "saml:AuthnStatement")
    return Assertion(
        id=str(assertion.get("ID")),
        told={**_attributes(assertion), **lasting},
        name_id=name_id,
        session_index=str(statement.get("SessionIndex", "")),
        in_response_to=str(root.get("InResponseTo", "")),
        expires_at=expires_at,
    )


def _attributes(assertion: Any) -> dict[str, list[str]]:
    """All values of each attribute under its Name, and under its FriendlyName unless that is another one's Name."""
    found = assertion.findall("saml:AttributeStatement/saml:Attribute", NAMES)[:_MOST_ATTRIBUTES]
    told: dict[str, list[str]] = {}
    for attribute in found:
        told.setdefault(attribute.get("Name"), []).extend(_values(attribute))
    friendly = {one.get("FriendlyName"): _values(one) for one in found if one.get("FriendlyName")}
    return {**friendly, **told}


def _values(attribute: Any) -> list[str]:
    """Texts, and names such as eduPersonTargetedID's; what is built in another way says nothing."""
    values = attribute.findall("saml:AttributeValue", NAMES)
    named = [value.find("saml:NameID", NAMES) if len(value) == 1 else value for value in values]
    return [text(one) for one in named if one is not None and not len(one)]


def _settings(peer: Peer, ours: Addresses, certificates: list[str]) -> OneLogin_Saml2_Settings:
    return OneLogin_Saml2_Settings(
        {
            "strict": True,
            "sp": {
                "entityId": ours.entity_id,
                "assertionConsumerService": {"url": ours.acs_url},
                "x509cert": peer.certificate,
                "privateKey": peer.private_key,
            },
            "idp": {
                "entityId": peer.entity_id,
                "singleSignOnService": {"url": ours.acs_url},  # it wants one; nothing is sent there
                "x509certMulti": {"signing": certificates},
            },
            "security": {
                "wantAssertionsSigned": True,
                "wantAttributeStatement": False,
                "rejectDeprecatedAlgorithm": True,
                "requestedAuthnContext": False,
                "allowSingleLabelDomains": True,
            },
        }
    )


def _request_data(acs_url: str) -> dict[str, Any]:
    parts = urlsplit(acs_url)
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": parts.path,
        "get_data": {},
        "post_data": {},
    }
