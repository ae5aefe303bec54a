"""The messages we send, and the LogoutRequest that we are sent (SAML Core, chapter 3)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lxml import etree
from lxml.builder import ElementMaker

from accounts.kinds.saml import NAME_ID_FORMATS
from accounts.saml.documents import NAMES, SAML, SAMLP, Unreadable, only, parse, text

if TYPE_CHECKING:
    from accounts.kinds.saml import Addresses, Peer

SKEW = timedelta(seconds=60)
# How long after it was written a LogoutRequest is believed that gives no end of its own.
_LOGOUT_LIFE = timedelta(minutes=5)
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_UNSPECIFIED = next(iter(NAME_ID_FORMATS))

_p = ElementMaker(namespace=SAMLP, nsmap={"samlp": SAMLP, "saml": SAML})
_a = ElementMaker(namespace=SAML, nsmap={"saml": SAML})


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """Whose sessions a provider ends: all of the NameID's, or those of these indexes."""

    id: str
    name_id: str
    session_indexes: tuple[str, ...]
    expires_at: datetime


def new_id() -> str:
    """An XML id may not begin with a digit."""
    return f"_{secrets.token_hex(20)}"


def authn_request(peer: Peer, ours: Addresses, *, request_id: str, now: datetime) -> bytes:
    request = _p.AuthnRequest(
        _a.Issuer(ours.entity_id),
        **_envelope(request_id, peer.sso_url, now),
        ProtocolBinding=_POST,
        AssertionConsumerServiceURL=ours.acs_url,
    )
    policy = {"Format": peer.name_id_format} if peer.name_id_format != _UNSPECIFIED else {}
    request.append(_p.NameIDPolicy(AllowCreate="true", **policy))
    return _written(request)


def logout_request(peer: Peer, ours: Addresses, *, name_id: dict[str, str], session_index: str, now: datetime) -> bytes:
    """`name_id` is the name under `value`, beside the attributes with which the provider gave it."""
    qualified = {name: value for name, value in name_id.items() if name != "value"}
    request = _p.LogoutRequest(_a.Issuer(ours.entity_id), **_envelope(new_id(), peer.slo_url, now))
    request.append(_a.NameID(name_id["value"], **qualified))
    if session_index:
        request.append(_p.SessionIndex(session_index))
    return _written(request)


def logout_response(peer: Peer, ours: Addresses, *, answers: str, now: datetime) -> bytes:
    response = _p.LogoutResponse(
        _a.Issuer(ours.entity_id),
        _p.Status(_p.StatusCode(Value=_SUCCESS)),
        **_envelope(new_id(), peer.slo_url, now),
        InResponseTo=answers,
    )
    return _written(response)


def read_logout_request(content: bytes, peer: Peer, ours: Addresses, *, now: datetime) -> LogoutRequest:
    """Raises Unreadable. The signature stands beside the message and is checked there (accounts/saml/redirect.py)."""
    root = parse(content)
    if root.tag != f"{{{SAMLP}}}LogoutRequest" or not root.get("ID"):
        raise Unreadable("This is no LogoutRequest.")
    if text(only(root, "saml:Issuer")) != peer.entity_id:
        raise Unreadable("Another provider wrote it.")
    if root.get("Destination") != ours.sls_url:
        raise Unreadable(f"It is meant for {root.get('Destination')}, not for {ours.sls_url}.")
    expires_at = _end(root)
    if not moment(root, "IssueInstant") - SKEW <= now < expires_at + SKEW:
        raise Unreadable("It has expired, or a clock is wrong.")
    indexes = tuple(text(one) for one in root.findall("samlp:SessionIndex", NAMES))
    return LogoutRequest(root.get("ID"), text(only(root, "saml:NameID")), indexes, expires_at + SKEW)


def moment(element: Any, name: str) -> datetime:
    """The moment in an attribute, which is in UTC (SAML Core, section 1.3.3). Raises Unreadable."""
    written = element.get(name)
    try:
        found = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        raise Unreadable(f"{etree.QName(element).localname} has no {name} that can be read.") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _end(root: Any) -> datetime:
    """When a LogoutRequest is over: as it says, and soon after it was written whatever it says."""
    latest = moment(root, "IssueInstant") + _LOGOUT_LIFE
    return min(latest, moment(root, "NotOnOrAfter")) if root.get("NotOnOrAfter") else latest


def _envelope(message_id: str, destination: str, now: datetime) -> dict[str, str]:
    written = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"ID": message_id, "Version": "2.0", "IssueInstant": written, "Destination": destination}


def _written(message: Any) -> bytes:
    content: bytes = etree.tostring(message)
    return content
