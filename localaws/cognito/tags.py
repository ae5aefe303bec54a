from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.cognito.errors import invalid, not_found

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.cognito.rows import IdentityPool
    from localaws.state.store import Store

POOL_ARN = re.compile(r"arn:aws:cognito-identity:([a-z0-9-]+):(\d{12}):identitypool/(.+)", re.ASCII)
MOST_TAGS = 50
RESERVED = "aws:"


def tag_resource(call: Call) -> Members:
    pool = find_tagged(call)
    pool.tags = check_tags({**pool.tags, **call["Tags"]})
    call.store.identity_pools.put(pool.id, pool)
    return {}


def untag_resource(call: Call) -> Members:
    pool = find_tagged(call)
    pool.tags = {key: value for key, value in pool.tags.items() if key not in call["TagKeys"]}
    call.store.identity_pools.put(pool.id, pool)
    return {}


def list_tags_for_resource(call: Call) -> Members:
    return {"Tags": find_tagged(call).tags}


def find_tagged(call: Call) -> IdentityPool:
    pool = pool_of(call.store, call["ResourceArn"])
    if pool is None or pool.region != call.region:
        raise not_found(f"Resource '{call['ResourceArn']}' not found.")
    return pool


def check_tags(tags: dict[str, str]) -> dict[str, str]:
    if any(key.lower().startswith(RESERVED) for key in tags):
        raise invalid(f"Tag keys can't begin with {RESERVED}, which is kept for AWS.")
    if len(tags) > MOST_TAGS:
        raise invalid(f"An identity pool can't have more than {MOST_TAGS} tags.")
    return tags


def tags_of(store: Store, arn: str) -> dict[str, str]:
    """For IAM to judge by aws:ResourceTag. What does not exist has no tags."""
    pool = pool_of(store, arn)
    return pool.tags if pool else {}


def pool_of(store: Store, arn: str) -> IdentityPool | None:
    match = POOL_ARN.fullmatch(arn)
    pool = store.identity_pools.get(match[3]) if match else None
    return pool if pool and pool.arn == arn else None


def the_resource(call: Call) -> str:
    if not POOL_ARN.fullmatch(call["ResourceArn"]):
        raise invalid("The ResourceArn is that of no identity pool.")
    return str(call["ResourceArn"])


SERVED = {
    "TagResource": Service((the_resource,), tag_resource),
    "UntagResource": Service((the_resource,), untag_resource),
    "ListTagsForResource": Service((the_resource,), list_tags_for_resource),
}
