"""Attributes for access control: claims of a provider's token that become tags of the session.

https://docs.aws.amazon.com/cognito/latest/developerguide/attributes-for-access-control.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.call import Service
from localaws.cognito.errors import invalid
from localaws.cognito.lookup import find_pool, the_pool
from localaws.cognito.providers import strip_arn
from localaws.cognito.settings import check_provider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.call import Call, Members
    from localaws.cognito.rows import IdentityPool

DEFAULT_TAGS = {"client": "aud", "username": "sub"}


def set_principal_tag_attribute_map(call: Call) -> Members:
    pool = find_pool(call)
    provider = call["IdentityProviderName"]
    check_provider(provider, pool)
    pool.tag_maps[strip_arn(provider)] = read_map(call.members)
    call.store.identity_pools.put(pool.id, pool)
    return describe(pool, provider)


def get_principal_tag_attribute_map(call: Call) -> Members:
    pool = find_pool(call)
    check_provider(call["IdentityProviderName"], pool)
    return describe(pool, call["IdentityProviderName"])


def read_map(members: Members) -> dict[str, Any]:
    """Neither defaults nor tags turn it off. Raises AWSError."""
    defaults, tags = members.get("UseDefaults", False), members.get("PrincipalTags", {})
    if defaults and tags:
        raise invalid("PrincipalTags can't be given when UseDefaults is true.")
    return {"UseDefaults": defaults, "PrincipalTags": DEFAULT_TAGS if defaults else tags}


def describe(pool: IdentityPool, provider: str) -> Members:
    chosen = pool.tag_maps.get(strip_arn(provider), read_map({}))
    return {"IdentityPoolId": pool.id, "IdentityProviderName": provider, **chosen}


def map_claims(pool: IdentityPool, names: list[str], claims: Mapping[str, Any]) -> dict[str, str]:
    """The tags that come of a token, by the first of the names that its provider has a map under."""
    chosen = next((pool.tag_maps[name] for name in names if name in pool.tag_maps), read_map({}))
    texts = {tag: write_claim(claims.get(claim)) for tag, claim in chosen["PrincipalTags"].items()}
    return {tag: text for tag, text in texts.items() if text is not None}


def write_claim(value: Any) -> str | None:
    """Lists and objects make no tag."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int, float)) else None


SERVED = {
    "SetPrincipalTagAttributeMap": Service((the_pool,), set_principal_tag_attribute_map),
    "GetPrincipalTagAttributeMap": Service((the_pool,), get_principal_tag_attribute_map),
}
