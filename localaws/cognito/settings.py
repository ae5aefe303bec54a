"""What the model does not say of a pool's settings, roles and mappings. Each check raises AWSError."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from localaws.cognito.errors import invalid, too_many
from localaws.cognito.providers import OIDC_ARN, PUBLIC_PROVIDERS, SAML_ARN, USER_POOL, provider_names, strip_arn

if TYPE_CHECKING:
    from localaws.cognito.rows import IdentityPool

MOST_USER_POOLS = 50
MOST_RULES = 25
ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/.+", re.ASCII)


def check_settings(settings: dict[str, Any], account: str) -> None:
    for member, pattern in (("OpenIdConnectProviderARNs", OIDC_ARN), ("SamlProviderARNs", SAML_ARN)):
        for arn in settings.get(member, []):
            check_arn(arn, pattern, account, member)
    strangers = settings.get("SupportedLoginProviders", {}).keys() - PUBLIC_PROVIDERS
    if strangers:
        raise invalid(f"{min(strangers)} is not a valid login provider.")
    check_user_pools(settings.get("CognitoIdentityProviders", []))


def check_user_pools(providers: list[dict[str, Any]]) -> None:
    if len(providers) > MOST_USER_POOLS:
        raise too_many(f"An identity pool can't have more than {MOST_USER_POOLS} user pools.")
    for provider in providers:
        if "ClientId" not in provider or not USER_POOL.fullmatch(provider.get("ProviderName", "")):
            raise invalid("Invalid Cognito Identity Provider")


def check_roles(roles: dict[str, str], mappings: dict[str, dict[str, Any]], pool: IdentityPool) -> None:
    for arn in (*roles.values(), *roles_of(mappings)):
        check_arn(arn, ROLE_ARN, pool.account, "role")
    for provider, mapping in mappings.items():
        check_provider(provider, pool)
        check_mapping(mapping)


def check_provider(name: str, pool: IdentityPool) -> None:
    if strip_arn(name) not in provider_names(pool):
        raise invalid(f"{name} is none of the identity providers of this identity pool.")


def check_mapping(mapping: dict[str, Any]) -> None:
    if "AmbiguousRoleResolution" not in mapping:
        raise invalid("AmbiguousRoleResolution is required for role mappings.")
    rules = mapping.get("RulesConfiguration", {}).get("Rules", [])
    if (mapping["Type"] == "Rules") != bool(rules):
        raise invalid("RulesConfiguration is required for the Type Rules, and for no other.")
    if len(rules) > MOST_RULES:
        raise invalid(f"An identity provider can't have more than {MOST_RULES} rules.")


def check_arn(arn: str, pattern: re.Pattern[str], account: str, what: str) -> None:
    match = pattern.fullmatch(arn)
    if not match or match[1] != account:
        raise invalid(f"{arn[:256]} is not a valid ARN of a {what} in this account.")


def roles_of(mappings: dict[str, dict[str, Any]]) -> list[str]:
    return [
        rule["RoleARN"] for each in mappings.values() for rule in each.get("RulesConfiguration", {}).get("Rules", [])
    ]
