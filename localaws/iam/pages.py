from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypeVar

from localaws.state.shelf import Shelf, Span
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localaws.call import Call, Members

T = TypeVar("T")
PAGE = 100


def page(
    call: Call, shelf: Shelf[T], *, low: str = "", keep: Callable[[T], bool] = lambda _: True
) -> tuple[list[T], Members]:
    """What MaxItems and Marker ask for of the rows whose keys begin with `low`; and how it goes on."""
    span = Span(after=read_marker(call), low=low, high=f"{low}\U0010ffff")
    found, last = shelf.page(span, call.get("MaxItems", PAGE), keep)
    return found, {"IsTruncated": last is not None, "Marker": None if last is None else write_marker(call, last)}


def page_of_names(call: Call, names: Iterable[str]) -> tuple[list[str], Members]:
    return page(call, Shelf({name: name for name in names}))


def page_of_tags(call: Call, tags: dict[str, str]) -> Members:
    names, more = page_of_names(call, tags)
    return {"Tags": [{"Key": name, "Value": tags[name]} for name in names], **more}


def write_marker(call: Call, key: str) -> str:
    return base64.urlsafe_b64encode(f"{call.operation.name} {key}".encode()).decode()


def read_marker(call: Call) -> str | None:
    marker: Any = call.get("Marker")
    if marker is None:
        return None
    try:
        operation, _, key = base64.b64decode(marker, altchars=b"-_", validate=True).decode().partition(" ")
    except (binascii.Error, ValueError) as error:
        raise AWSError("ValidationError", "The Marker is not valid.") from error
    if operation != call.operation.name:
        raise AWSError("ValidationError", "The Marker is not valid.")
    return key
