"""SetIdentityPoolRoles and GetIdentityPoolRoles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.cognito.lookup import find_pool, the_pool
from localaws.cognito.permissions import demand
from localaws.cognito.settings import check_roles, roles_of

if TYPE_CHECKING:
    from localaws.call import Call, Members


def set_identity_pool_roles(call: Call) -> Members:
    """In place of all before. Who hands out a role must be allowed to pass it."""
    pool = find_pool(call)
    roles, mappings = call["Roles"], call.get("RoleMappings", {})
    check_roles(roles, mappings, pool)
    for arn in sorted({*roles.values(), *roles_of(mappings)}):
        demand(call, "iam:PassRole", arn)
    pool.roles, pool.role_mappings = roles, mappings
    call.store.identity_pools.put(pool.id, pool)
    return {}


def get_identity_pool_roles(call: Call) -> Members:
    pool = find_pool(call)
    return {"IdentityPoolId": pool.id, "Roles": pool.roles, "RoleMappings": pool.role_mappings or None}


SERVED = {
    "SetIdentityPoolRoles": Service((the_pool,), set_identity_pool_roles),
    "GetIdentityPoolRoles": Service((the_pool,), get_identity_pool_roles),
}
