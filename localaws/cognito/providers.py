"""The identity providers of a pool, by the names under which people bring their tokens.

https://docs.aws.amazon.com/cognito/latest/developerguide/external-identity-providers.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localaws.cognito.rows import IdentityPool

# Cognito itself, for the tokens that it made.
COGNITO = "cognito-identity.amazonaws.com"
PUBLIC_PROVIDERS = {
    "graph.facebook.com",
    "accounts.google.com",
    "appleid.apple.com",
    "www.amazon.com",
    "api.twitter.com",
    "www.digits.com",
}
OIDC_ARN = re.compile(r"arn:aws:iam::(\d{12}):oidc-provider/(.+)", re.ASCII)
SAML_ARN = re.compile(r"arn:aws:iam::(\d{12}):saml-provider/(.+)", re.ASCII)
USER_POOL = re.compile(r"cognito-idp\.[a-z0-9-]+\.amazonaws\.com/[a-z0-9-]+_[0-9a-zA-Z]+", re.ASCII)


def oidc_providers(pool: IdentityPool) -> dict[str, str]:
    """Their ARNs in IAM, by the issuer without its scheme."""
    return {strip_arn(arn): arn for arn in pool.settings.get("OpenIdConnectProviderARNs", [])}


def user_pools(pool: IdentityPool) -> dict[str, list[str]]:
    """The clients of each user pool."""
    clients: dict[str, list[str]] = {}
    for provider in pool.settings.get("CognitoIdentityProviders", []):
        clients.setdefault(provider["ProviderName"], []).append(provider["ClientId"])
    return clients


def strip_arn(name: str) -> str:
    """The name under which tokens come, of an OpenID provider that is called by its ARN."""
    match = OIDC_ARN.fullmatch(name)
    return match[2] if match else name


def provider_names(pool: IdentityPool) -> set[str]:
    """Everything by which roles and tags can be mapped: a user pool comes with its client, or without."""
    with_clients = {f"{name}:{client}" for name, clients in user_pools(pool).items() for client in clients}
    return {
        *with_clients,
        *user_pools(pool),
        *oidc_providers(pool),
        *pool.settings.get("SamlProviderARNs", []),
        *pool.settings.get("SupportedLoginProviders", {}),
    }
