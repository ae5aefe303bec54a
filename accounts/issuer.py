"""The portal as the OpenID provider of each tenant: what it publishes, by which AWS believes its tokens.

OpenID Connect Discovery 1.0, section 3; IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import signing
from tenants.refusal import Refusal
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tenants.models import Tenant

_KEPT = "public, max-age=300"


@require_safe
def configuration(request: HttpRequest) -> JsonResponse:
    _here()
    origin = f"{request.scheme}://{request.get_host()}"
    return _public(
        {
            "issuer": origin,
            "jwks_uri": origin + reverse("openid_keys"),
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [signing.ALGORITHM],
            "claims_supported": ["iss", "sub", "aud", "iat", "exp", "jti"],
        }
    )


@require_safe
def keys(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    return _public({"keys": signing.published(_here())})


def _here() -> Tenant:
    tenant = current_tenant()
    if tenant is None:
        raise Refusal("no_tenant", "Nobody chats here: this is the operator's host. Use your tenant's.", status=404)
    return tenant


def _public(content: dict[str, Any]) -> JsonResponse:
    """For anybody, from wherever: browsers' scripts may read it, too."""
    return JsonResponse(content, headers={"Cache-Control": _KEPT, "Access-Control-Allow-Origin": "*"})
