"""Create, Describe and DeleteUserPool. Of a pool's settings only its name and its tags are kept."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.user_pools.lookup import every_pool, find_pool, the_pool
from localaws.user_pools.rows import UserPool
from localaws.user_pools.tags import check_tags
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members

MOST_POOLS = 1000
ID_LENGTH = 9
KEPT = {"PoolName", "UserPoolTags"}


def create_user_pool(call: Call) -> Members:
    strangers = sorted(call.members.keys() - KEPT)
    if strangers:
        raise AWSError(call.operation.dialect.unserved, f"{strangers[0]} of CreateUserPool is not served here.")
    tags = check_tags(call.get("UserPoolTags", {}))
    account = call.principal.account
    if sum(pool.account == account for pool in call.store.user_pools) >= MOST_POOLS:
        raise AWSError("LimitExceededException", f"An account can't have more than {MOST_POOLS} user pools.")
    drawn = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(ID_LENGTH))
    pool = UserPool(f"{call.region}_{drawn}", account, call["PoolName"], call.now, tags)
    call.store.user_pools.put(pool.id, pool)
    return {"UserPool": describe(pool)}


def describe_user_pool(call: Call) -> Members:
    return {"UserPool": describe(find_pool(call))}


def delete_user_pool(call: Call) -> Members:
    call.store.user_pools.remove(find_pool(call).id)
    return {}


def describe(pool: UserPool) -> Members:
    return {
        "Id": pool.id,
        "Arn": pool.arn,
        "Name": pool.name,
        "CreationDate": pool.created_at,
        "LastModifiedDate": pool.created_at,
        "EstimatedNumberOfUsers": len(pool.users),
        "UserPoolTags": pool.tags,
    }


SERVED = {
    "CreateUserPool": Service((every_pool,), create_user_pool),
    "DescribeUserPool": Service((the_pool,), describe_user_pool),
    "DeleteUserPool": Service((the_pool,), delete_user_pool),
}
