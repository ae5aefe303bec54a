"""The Filter of ListUsers: one attribute that is equal to a value, or begins with it.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.user_pools.rows import PoolUser

FILTER = re.compile(r'\s*([a-z_:]+)\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*')
OF_ATTRIBUTES = {"email", "phone_number", "name", "given_name", "family_name", "preferred_username", "sub"}


def read_filter(text: str, status: str) -> Callable[[PoolUser], bool]:
    """Everybody, when it is empty. `status` is the one that all users have. Raises AWSError."""
    if not text.strip():
        return lambda _: True
    match = FILTER.fullmatch(text)
    if match is None:
        raise AWSError("InvalidParameterException", "Error while parsing filter.")
    name, operator, value = match[1], match[2], re.sub(r"\\(.)", r"\1", match[3])
    read = reading(name, status)
    return lambda user: read(user) == value if operator == "=" else read(user).startswith(value)


def reading(name: str, status: str) -> Callable[[PoolUser], str]:
    if name in OF_ATTRIBUTES:
        return lambda user: user.attributes.get(name, "")
    if name == "username":
        return lambda user: user.name
    if name == "cognito:user_status":
        return lambda _: status
    if name == "status":
        return lambda user: "Enabled" if user.enabled else "Disabled"
    raise AWSError("InvalidParameterException", f"Users can't be searched by {name}.")
