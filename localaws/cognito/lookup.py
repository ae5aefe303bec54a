"""Pools and identities as calls name them. Their ids begin with their region, and know no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.cognito.errors import not_found

if TYPE_CHECKING:
    from localaws.call import Call
    from localaws.cognito.rows import Identity, IdentityPool
    from localaws.state.store import Store


def the_pool(call: Call) -> str:
    return arn_of(call, call["IdentityPoolId"])


def every_pool(_call: Call) -> str:
    """For what IAM knows no resource of."""
    return "*"


def arn_of(call: Call, pool_id: str) -> str:
    return f"arn:aws:cognito-identity:{call.region}:{call.principal.account}:identitypool/{pool_id}"


def find_pool(call: Call) -> IdentityPool:
    """Of the caller's account, in the region of the call. Raises AWSError."""
    pool = call.store.identity_pools.get(call["IdentityPoolId"])
    if pool is None or pool.arn != the_pool(call):
        raise no_pool(call["IdentityPoolId"])
    return pool


def find_public_pool(call: Call) -> IdentityPool:
    """Whoever knows its id may ask for it, but for no other account than its own."""
    pool = call.store.identity_pools.get(call["IdentityPoolId"])
    if pool is None or call.get("AccountId", pool.account) != pool.account:
        raise no_pool(call["IdentityPoolId"])
    return pool


def no_pool(pool_id: str) -> Exception:
    return not_found(f"IdentityPool '{pool_id}' not found.")


def find_identity(store: Store, identity_id: str) -> tuple[IdentityPool, Identity]:
    """The identity, or the one that it was merged into. Raises AWSError."""
    for pool in store.identity_pools:
        identity = pool.identities.get(identity_id)
        if identity:
            return pool, follow(pool, identity)
    raise no_identity(identity_id)


def find_identity_in(pool: IdentityPool, identity_id: str) -> Identity:
    identity = pool.identities.get(identity_id)
    if identity is None:
        raise no_identity(identity_id)
    return follow(pool, identity)


def follow(pool: IdentityPool, identity: Identity) -> Identity:
    while identity.merged_into:
        target = pool.identities.get(identity.merged_into)
        if target is None:
            raise no_identity(identity.id)
        identity = target
    return identity


def no_identity(identity_id: str) -> Exception:
    return not_found(f"Identity '{identity_id}' not found.")
