"""The authorization code flow (RFC 6749, section 4.1), with PKCE (RFC 7636) always, and a nonce where there is OpenID.

Two steps: where to send a browser, and what the code that it brings back is worth. RFC 9700 says what to beware of.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from accounts import discovery, fetch
from accounts.proofs import oidc
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.kinds.relying_party import RelyingParty

_OK = 200


@dataclass(frozen=True, slots=True)
class Request:
    """What one browser's authorization request is bound to."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str


def authorization_url(party: RelyingParty, request: Request) -> str:
    """Where to send the browser. Raises a Refusal (503) when the provider can't be asked for it."""
    if party.endpoints:
        endpoint, nonce = party.endpoints.authorization, {}
    else:
        endpoint, nonce = discovery.published(party.issuer).authorization_endpoint, {"nonce": request.nonce}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(request.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": party.client_id,
        "redirect_uri": request.redirect_uri,
        "scope": " ".join(party.scopes),
        "state": request.state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **nonce,
        **({"response_mode": "form_post"} if party.posts_back else {}),
        **party.sent,
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def redeem(party: RelyingParty, request: Request, answer: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """Return what the provider says about whoever brought this answer.

    Raises a Refusal: 401 for what can't be believed, 503 for a provider that is away or not set up right.
    """
    _check_answer(party, answer)
    tokens = _tokens(party, request, answer["code"])
    if party.endpoints:
        access_token = _text(tokens, "access_token")
        said = fetch.get_json(party.endpoints.profile(access_token), bearer=access_token)
    else:
        said = _identity(party, request, tokens, now=now)
    check_demanded(party, said)
    return said


def expected_of(party: RelyingParty, *, audience: str = "") -> oidc.Expected:
    """What a token of this provider for this client (or another audience) must be like, but for a nonce."""
    published = discovery.published(party.issuer)
    audience = audience or party.client_id
    return oidc.Expected(party.issuer, audience, lambda key_id: discovery.keys(published.jwks_uri, key_id))


def check_demanded(party: RelyingParty, said: Mapping[str, Any]) -> None:
    """Raise a Refusal (401) for somebody of whom the provider does not say what it must."""
    for name, value in party.demanded.items():
        if said.get(name) != value:
            raise oidc.unbelievable(f"{name} is {str(said.get(name))[:200]}, not {value}.")


def _check_answer(party: RelyingParty, answer: Mapping[str, str]) -> None:
    """Refuse an error, and what another provider answers (RFC 9207: mix-up attacks)."""
    if answer.get("error") in {"access_denied", "user_cancelled_authorize", "login_required"}:
        raise Refusal("sign_in_cancelled", "The sign-in was cancelled there. Start again if you like.", status=401)
    if answer.get("error") or not answer.get("code"):
        told = f"{answer.get('error', 'no code')} {answer.get('error_description', '')}"[:300]
        raise fetch.misconfigured(f"The provider answers: {told}")
    if not party.issuer:
        return
    issuer = answer.get("iss")
    always_says = discovery.published(party.issuer).authorization_response_iss_parameter_supported
    if issuer != party.issuer and (issuer is not None or always_says):
        raise oidc.unbelievable(f"The answer is of {str(issuer)[:200]}, not of {party.issuer}.")


def _tokens(party: RelyingParty, request: Request, code: str) -> dict[str, Any]:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": request.redirect_uri,
        "code_verifier": request.verifier,
    }
    basic = ""
    if _posts_secret(party):
        fields |= {"client_id": party.client_id, "client_secret": party.secret}
    elif party.secret:
        basic = _basic(party)
    else:
        fields["client_id"] = party.client_id
    status, told = fetch.post_form(_token_endpoint(party), fields, basic=basic)
    if status != _OK:
        raise _refused_code(status, told)
    return told


def _token_endpoint(party: RelyingParty) -> str:
    return party.endpoints.token if party.endpoints else discovery.published(party.issuer).token_endpoint


def _posts_secret(party: RelyingParty) -> bool:
    """Posted wherever that is understood: not all providers agree how a secret is written in a header."""
    if not party.secret or party.endpoints:
        return bool(party.secret)
    return "client_secret_post" in discovery.published(party.issuer).token_endpoint_auth_methods_supported


def _basic(party: RelyingParty) -> str:
    """RFC 6749, section 2.3.1: both are form-encoded before they are joined."""
    pair = f"{quote(party.client_id, safe='')}:{quote(party.secret, safe='')}"
    return base64.b64encode(pair.encode()).decode()


def _refused_code(status: int, told: dict[str, Any]) -> Refusal:
    error = str(told.get("error"))[:100]
    known = {
        "invalid_client": "The provider refuses the portal's client id or secret.",
        "unauthorized_client": "The provider does not let this client use the authorization code flow.",
        "invalid_grant": "The provider refuses the code: it was used, is too old, or the redirect URI differs.",
    }
    reason = known.get(error, f"The provider's token endpoint answers {status}: {error}.")
    return fetch.misconfigured(f"{reason} {str(told.get('error_description', ''))[:300]}".strip())


def _identity(party: RelyingParty, request: Request, tokens: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """What the id_token says, and around it what the userinfo endpoint adds (Core, section 5.3)."""
    base = expected_of(party)
    expected = oidc.Expected(base.issuer, base.audience, base.keys, request.nonce)
    said = oidc.verify_id_token(_text(tokens, "id_token"), expected, now=now)
    userinfo = discovery.published(party.issuer).userinfo_endpoint
    if not party.asks_userinfo or not userinfo:
        return said
    added = fetch.get_json(userinfo, bearer=_text(tokens, "access_token"))
    if added.get("sub") != said["sub"]:
        raise oidc.unbelievable("The userinfo endpoint speaks of somebody else (sub).")
    return {**added, **said}


def _text(tokens: dict[str, Any], name: str) -> str:
    found = tokens.get(name)
    if not isinstance(found, str) or not found.isascii() or not found.isprintable():
        raise fetch.misconfigured(f"The provider's token endpoint gives no {name}. Is “openid” among the scopes?")
    return found
