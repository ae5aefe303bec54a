from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, TypeVar

from localaws.state.shelf import Shelf, Span
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.call import Call

T = TypeVar("T")
LARGEST_PAGE = 50
HIGHEST_KEY = "\U0010ffff"


def page(
    call: Call,
    shelf: Shelf[T] | None,
    *,
    keep: Callable[[T], bool] = lambda _: True,
    low: str = "",
    high: str = HIGHEST_KEY,
    descending: bool = False,
) -> tuple[list[T], str | None]:
    """What MaxResults and NextToken of the call ask for, and the next token when there is more."""
    span = Span(after=read_token(call), low=low, high=high, descending=descending)
    found, last = (shelf or Shelf()).page(span, call.get("MaxResults", LARGEST_PAGE), keep)
    return found, None if last is None else write_token(call, last)


def write_token(call: Call, key: str) -> str:
    return base64.urlsafe_b64encode(f"{call.operation.name} {key}".encode()).decode()


def read_token(call: Call, member: str = "NextToken") -> str | None:
    """Opaque to callers, and good only for the operation that gave it."""
    token = call.get(member)
    if token is None:
        return None
    try:
        operation, _, key = base64.b64decode(token, altchars=b"-_", validate=True).decode().partition(" ")
    except (binascii.Error, ValueError) as error:
        raise invalid_token(call, member) from error
    if operation != call.operation.name:
        raise invalid_token(call, member)
    return key


def invalid_token(call: Call, member: str) -> AWSError:
    return AWSError(call.operation.dialect.invalid, f"The {member} is not valid.")
