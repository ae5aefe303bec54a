from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.state.store import Store
    from localaws.user_pools.rows import UserPool

POOL_ARN = "arn:aws:cognito-idp:"
WHOLE_ARN = re.compile(r"arn:aws:cognito-idp:([a-z0-9-]+):(\d{12}):userpool/(.+)", re.ASCII)
MOST_TAGS = 50


def tag_resource(call: Call) -> Members:
    pool = find_tagged(call)
    pool.tags = check_tags({**pool.tags, **call["Tags"]})
    call.store.user_pools.put(pool.id, pool)
    return {}


def untag_resource(call: Call) -> Members:
    pool = find_tagged(call)
    pool.tags = {key: value for key, value in pool.tags.items() if key not in call["TagKeys"]}
    call.store.user_pools.put(pool.id, pool)
    return {}


def list_tags_for_resource(call: Call) -> Members:
    return {"Tags": find_tagged(call).tags}


def find_tagged(call: Call) -> UserPool:
    pool = pool_of(call.store, call["ResourceArn"])
    if pool is None:
        raise AWSError("ResourceNotFoundException", f"Resource {call['ResourceArn']} does not exist.")
    return pool


def pool_of(store: Store, arn: str) -> UserPool | None:
    match = WHOLE_ARN.fullmatch(arn)
    pool = store.user_pools.get(match[3]) if match else None
    return pool if pool and pool.arn == arn else None


def check_tags(tags: dict[str, str]) -> dict[str, str]:
    """Raises AWSError."""
    if len(tags) > MOST_TAGS or any(key.lower().startswith("aws:") for key in tags):
        raise AWSError("InvalidParameterException", f"At most {MOST_TAGS} tags, and none whose key begins with aws:.")
    return tags


def tags_of(store: Store, arn: str) -> dict[str, str]:
    """For IAM to judge by aws:ResourceTag. What does not exist has no tags."""
    pool = pool_of(store, arn)
    return pool.tags if pool else {}


def the_resource(call: Call) -> str:
    if not WHOLE_ARN.fullmatch(call["ResourceArn"]):
        raise AWSError("InvalidParameterException", "The ResourceArn is that of no user pool.")
    return str(call["ResourceArn"])


SERVED = {
    "TagResource": Service((the_resource,), tag_resource),
    "UntagResource": Service((the_resource,), untag_resource),
    "ListTagsForResource": Service((the_resource,), list_tags_for_resource),
}
