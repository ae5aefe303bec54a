"""What the setup file declares of identity pools. It wins at each start; identities stay."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape

from localaws.cognito.attributes import read_map
from localaws.cognito.providers import USER_POOL, strip_arn
from localaws.cognito.rows import IdentityPool
from localaws.cognito.settings import check_provider, check_roles, check_settings
from localaws.cognito.tags import check_tags
from localaws.iam.urls import is_fetchable
from localaws.state.setup_entry import Entry, SetupError
from localaws.wire.errors import AWSError
from localaws.wire.shapes import find_faults
from localaws.wire.values import Malformed, read_structure

if TYPE_CHECKING:
    from localaws.state.store import Store

POOL_ID = re.compile(r"[a-z]{2}(-[a-z]+)+-\d:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
MAP = {"IdentityProviderName", "UseDefaults", "PrincipalTags"}
PART = "IdentityPools"
DECLARED = ("account", "settings", "tags", "roles", "role_mappings", "tag_maps")
POOL = {
    "IdentityPoolId",
    "IdentityPoolName",
    "AllowUnauthenticatedIdentities",
    "AllowClassicFlow",
    "SupportedLoginProviders",
    "DeveloperProviderName",
    "OpenIdConnectProviderARNs",
    "CognitoIdentityProviders",
    "SamlProviderARNs",
    "IdentityPoolTags",
    "Roles",
    "RoleMappings",
    "PrincipalTagAttributeMaps",
}


def read_pools(account: Entry, account_id: str, store: Store) -> None:
    """Raises SetupError."""
    for entry in account.entries(PART, POOL):
        try:
            pool = read_pool(entry, account_id)
        except AWSError as error:
            raise SetupError(f"{entry.place}: {error.message}") from error
        old = store.identity_pools.get(pool.id)
        if old:
            pool = replace(old, **{name: getattr(pool, name) for name in DECLARED})
        store.identity_pools.put(pool.id, pool)


def read_pool(entry: Entry, account: str) -> IdentityPool:
    pool_id = entry.text("IdentityPoolId")
    if not POOL_ID.fullmatch(pool_id):
        raise SetupError(f"{entry.place}.IdentityPoolId must be a region, a colon and a UUID.")
    settings = read_members(entry, "CreateIdentityPool")
    check_settings(settings, account)
    pool = IdentityPool(pool_id, account, settings, check_tags(settings.pop("IdentityPoolTags", {})))
    roles = read_members(entry, "SetIdentityPoolRoles", {"Roles": {}, "IdentityPoolId": pool_id})
    check_roles(roles["Roles"], roles.get("RoleMappings", {}), pool)
    pool.roles, pool.role_mappings = roles["Roles"], roles.get("RoleMappings", {})
    for chosen in entry.entries("PrincipalTagAttributeMaps", MAP):
        add_tag_map(chosen, pool)
    return pool


def add_tag_map(entry: Entry, pool: IdentityPool) -> None:
    members = read_members(entry, "SetPrincipalTagAttributeMap", {"IdentityPoolId": pool.id})
    check_provider(members["IdentityProviderName"], pool)
    pool.tag_maps[strip_arn(members["IdentityProviderName"])] = read_map(members)


def read_members(entry: Entry, operation: str, defaults: dict[str, Any] | None = None) -> dict[str, Any]:
    """As the operation would take them. Raises SetupError."""
    shape = model().shape_for(f"{operation}Input")
    assert isinstance(shape, StructureShape)  # noqa: S101 - as the input of every operation
    try:
        members = read_structure({**(defaults or {}), **entry.fields}, shape, entry.place)
    except Malformed as malformed:
        raise SetupError(f"{entry.place}: {malformed}") from malformed
    fault = next(find_faults(members, shape, ""), None)
    if fault:
        raise SetupError(f"{entry.place}: {fault}")
    return members


def read_user_pools(setup: Entry) -> dict[str, str]:
    """Where the keys of user pools are, which are not served here, by the issuer of their tokens. Raises SetupError."""
    addresses = setup.fields.get("UserPoolKeys", {})
    if not isinstance(addresses, dict) or not all(map(USER_POOL.fullmatch, addresses)):
        raise SetupError("setup.UserPoolKeys must be an object of user pools, as ID tokens name them without https://.")
    if not all(isinstance(address, str) and is_fetchable(address) for address in addresses.values()):
        raise SetupError("setup.UserPoolKeys must have https:// addresses, or http:// ones of this machine.")
    return {f"https://{name}": address for name, address in addresses.items()}


@lru_cache(maxsize=1)
def model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("cognito-identity", "service-2"), "cognito-identity")
