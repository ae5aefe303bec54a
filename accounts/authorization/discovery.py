"""The portal as the OpenID provider of each tenant: what it publishes, by which AWS and apps believe its tokens.

OpenID Connect Discovery 1.0, section 3; RFC 8414; IAM User Guide, "Create an OpenID Connect (OIDC) identity provider".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import signing
from accounts.authorization.grants import GRANTS, SCOPES
from tenants.refusal import Refusal
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tenants.models import Tenant

_KEPT = "public, max-age=300"
_ENDPOINTS = {
    "authorization_endpoint": "authorization",
    "token_endpoint": "token",
    "userinfo_endpoint": "userinfo",
    "revocation_endpoint": "revoke",
    "device_authorization_endpoint": "device_code",
    "end_session_endpoint": "logout",
}
_CLIENTS_BY = ["client_secret_basic", "client_secret_post", "none"]
_CLAIMS = ["iss", "sub", "aud", "iat", "exp", "jti", "nonce", "name", "preferred_username", "email", "email_verified"]


@require_safe
def configuration(request: HttpRequest) -> JsonResponse:
    this_tenant()
    origin = origin_of(request)
    return _public(
        {
            "issuer": origin,
            "jwks_uri": origin + reverse("idp:oidc:jwks"),
            **{name: origin + reverse(f"idp:oidc:{view}") for name, view in _ENDPOINTS.items()},
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [str(grant) for grant in GRANTS],
            "scopes_supported": list(SCOPES),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [signing.ALGORITHM],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": _CLIENTS_BY,
            "revocation_endpoint_auth_methods_supported": _CLIENTS_BY,
            "claims_supported": _CLAIMS,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
    )


@require_safe
def keys(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    return _public({"keys": signing.published(this_tenant())})


def this_tenant() -> Tenant:
    """The tenant whose host was asked. Raises a Refusal (404) at the operator's."""
    tenant = current_tenant()
    if tenant is None:
        raise Refusal("no_tenant", "Nobody chats here: this is the operator's host. Use your tenant's.", status=404)
    return tenant


def origin_of(request: HttpRequest) -> str:
    """The issuer: scheme and host under which the portal was asked."""
    return f"{request.scheme}://{request.get_host()}"


def _public(content: dict[str, Any]) -> JsonResponse:
    """For anybody, from wherever: browsers' scripts may read it, too."""
    return JsonResponse(content, headers={"Cache-Control": _KEPT, "Access-Control-Allow-Origin": "*"})
