"""Pools, people and groups as calls name them, and pages as this service counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from localaws.state.paging import read_token, write_token
from localaws.state.shelf import Span
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.call import Call
    from localaws.state.shelf import Shelf
    from localaws.user_pools.rows import Group, PoolUser, UserPool

T = TypeVar("T")
LARGEST_PAGE = 60


def every_pool(_call: Call) -> str:
    """For what makes a pool, of which IAM knows no resource yet."""
    return "*"


def the_pool(call: Call) -> str:
    return f"arn:aws:cognito-idp:{call.region}:{call.principal.account}:userpool/{call['UserPoolId']}"


def find_pool(call: Call) -> UserPool:
    """Of the caller's account, in the region of the call. Raises AWSError."""
    pool = call.store.user_pools.get(call["UserPoolId"])
    if pool is None or pool.arn != the_pool(call):
        raise AWSError("ResourceNotFoundException", f"User pool {call['UserPoolId']} does not exist.")
    return pool


def find_user(call: Call, pool: UserPool) -> PoolUser:
    """By the name, or by the sub, which AWS takes for one. Raises AWSError."""
    name = call["Username"]
    user = pool.users.get(name) or next((one for one in pool.users if one.attributes["sub"] == name), None)
    if user is None:
        raise AWSError("UserNotFoundException", "User does not exist.")
    return user


def find_group(call: Call, pool: UserPool) -> Group:
    group = pool.groups.get(call["GroupName"])
    if group is None:
        raise AWSError("ResourceNotFoundException", "Group not found.")
    return group


def page(
    call: Call, shelf: Shelf[T], *, named: str = "NextToken", keep: Callable[[T], bool] = lambda _: True
) -> tuple[list[T], str | None]:
    """What Limit and the token of the call, which is `named` so, ask for; and the next token when there is more."""
    found, last = shelf.page(Span(after=read_token(call, named)), call.get("Limit") or LARGEST_PAGE, keep)
    return found, None if last is None else write_token(call, last)
