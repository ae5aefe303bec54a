"""Create, Describe, Update, Delete and ListIdentityPools."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.cognito.errors import invalid, too_many
from localaws.cognito.lookup import every_pool, find_pool, the_pool
from localaws.cognito.permissions import demand
from localaws.cognito.rows import IdentityPool
from localaws.cognito.settings import check_settings
from localaws.cognito.tags import check_tags
from localaws.state.paging import HIGHEST_KEY, page

if TYPE_CHECKING:
    from localaws.call import Call, Members

MOST_POOLS = 1000
NOT_SETTINGS = {"IdentityPoolId", "IdentityPoolTags"}


def create_identity_pool(call: Call) -> Members:
    tags = call.get("IdentityPoolTags", {})
    if tags:
        demand(call, "cognito-identity:TagResource", f"{the_pools(call)}*")
    check_settings(call.members, call.principal.account)
    check_tags(tags)
    account = call.principal.account
    if sum(pool.account == account and pool.region == call.region for pool in call.store.identity_pools) >= MOST_POOLS:
        raise too_many(f"An account can't have more than {MOST_POOLS} identity pools.")
    pool = IdentityPool(f"{call.region}:{uuid.uuid4()}", account, read_settings(call), tags)
    call.store.identity_pools.put(pool.id, pool)
    return describe(pool)


def describe_identity_pool(call: Call) -> Members:
    return describe(find_pool(call))


def update_identity_pool(call: Call) -> Members:
    """What is not given is set to its default, but the developer's provider, which stays for ever, and the tags."""
    pool = find_pool(call)
    check_settings(call.members, pool.account)
    settings = read_settings(call)
    old = pool.developer_provider
    if old and settings.setdefault("DeveloperProviderName", old) != old:
        raise invalid("The DeveloperProviderName can't be changed once it is set.")
    if "IdentityPoolTags" in call.members:
        pool.tags = check_tags(call["IdentityPoolTags"])
    pool.settings = settings
    call.store.identity_pools.put(pool.id, pool)
    return describe(pool)


def delete_identity_pool(call: Call) -> Members:
    call.store.identity_pools.remove(find_pool(call).id)
    return {}


def list_identity_pools(call: Call) -> Members:
    account, low = call.principal.account, f"{call.region}:"
    pools, next_token = page(
        call, call.store.identity_pools, keep=lambda pool: pool.account == account, low=low, high=low + HIGHEST_KEY
    )
    listed = [{"IdentityPoolId": pool.id, "IdentityPoolName": pool.settings["IdentityPoolName"]} for pool in pools]
    return {"IdentityPools": listed, "NextToken": next_token}


def read_settings(call: Call) -> Members:
    return {name: value for name, value in call.members.items() if name not in NOT_SETTINGS}


def describe(pool: IdentityPool) -> Members:
    return {"IdentityPoolId": pool.id, **pool.settings, "IdentityPoolTags": pool.tags}


def the_pools(call: Call) -> str:
    return f"arn:aws:cognito-identity:{call.region}:{call.principal.account}:identitypool/"


SERVED = {
    "CreateIdentityPool": Service((every_pool,), create_identity_pool),
    "DescribeIdentityPool": Service((the_pool,), describe_identity_pool),
    "UpdateIdentityPool": Service((the_pool,), update_identity_pool),
    "DeleteIdentityPool": Service((the_pool,), delete_identity_pool),
    "ListIdentityPools": Service((every_pool,), list_identity_pools),
}
