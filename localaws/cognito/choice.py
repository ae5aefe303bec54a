"""Which role somebody gets: the pool's, or one that a rule or their token chooses.

https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.cognito.errors import misconfigured, not_authorized
from localaws.cognito.providers import strip_arn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.cognito.proofs import Proof, Proofs
    from localaws.cognito.rows import IdentityPool

AUTHENTICATED, UNAUTHENTICATED = "authenticated", "unauthenticated"


def choose_role(pool: IdentityPool, proofs: Proofs, wanted: str | None) -> str:
    """The ARN. `wanted` is the CustomRoleArn, one of those that the token has. Raises AWSError."""
    for proof in proofs.logins:
        mapping = find_mapping(pool, proof)
        if mapping:
            return map_role(pool, mapping, proof, wanted)
    if wanted:
        raise not_entitled()
    return default_role(pool, AUTHENTICATED if proofs.any else UNAUTHENTICATED)


def find_mapping(pool: IdentityPool, proof: Proof) -> dict[str, Any] | None:
    mappings = {strip_arn(provider): mapping for provider, mapping in pool.role_mappings.items()}
    return next((mappings[name] for name in proof.names if name in mappings), None)


def map_role(pool: IdentityPool, mapping: dict[str, Any], proof: Proof, wanted: str | None) -> str:
    if mapping["Type"] == "Token":
        entitled, chosen = read_token_roles(proof.claims)
    else:
        entitled = match_rules(mapping["RulesConfiguration"]["Rules"], proof.claims)
        chosen = entitled[0] if entitled else None
    if wanted:
        if wanted not in entitled:
            raise not_entitled()
        return wanted
    if chosen:
        return chosen
    if mapping["AmbiguousRoleResolution"] == "Deny":
        raise not_authorized("No role can be chosen for this identity.")
    return default_role(pool, AUTHENTICATED)


def read_token_roles(claims: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """All that the token has, and the one that it prefers or that there is no choice about."""
    roles = [role for role in as_list(claims.get("cognito:roles")) if isinstance(role, str)]
    preferred = claims.get("cognito:preferred_role")
    if isinstance(preferred, str):
        return [*roles, preferred], preferred
    return roles, roles[0] if len(roles) == 1 else None


def match_rules(rules: list[dict[str, Any]], claims: Mapping[str, Any]) -> list[str]:
    """The roles of all rules that fit, the first one first."""
    return [rule["RoleARN"] for rule in rules if rule["Claim"] in claims and fits(rule, claims[rule["Claim"]])]


def fits(rule: dict[str, Any], claim: Any) -> bool:
    texts, wanted = [write(each) for each in as_list(claim)], rule["Value"]
    if rule["MatchType"] == "NotEqual":
        return wanted not in texts
    if rule["MatchType"] == "StartsWith":
        return any(text.startswith(wanted) for text in texts)
    if rule["MatchType"] == "Contains":
        return any(wanted in text for text in texts)
    return wanted in texts


def default_role(pool: IdentityPool, kind: str) -> str:
    if kind not in pool.roles:
        raise misconfigured()
    return pool.roles[kind]


def not_entitled() -> Exception:
    return not_authorized("The CustomRoleArn is none of the roles of this identity.")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def write(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
