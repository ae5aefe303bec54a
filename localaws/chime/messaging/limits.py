"""Limits that the models do not tell, in bytes of UTF-8.

https://docs.aws.amazon.com/chime-sdk/latest/dg/msg-types.html
"""

from __future__ import annotations

from typing import Any

from localaws.wire.errors import bad_request

LARGEST_CONTENT = {"STANDARD": 4096, "CONTROL": 30}
LARGEST_METADATA = 1024
LARGEST_ATTRIBUTES = 1024


def refuse_excess(given: dict[str, Any], message_type: str) -> None:
    """Of a message that is sent, edited or processed; members that are not given are within their limits."""
    if size(given.get("Content", "")) > LARGEST_CONTENT[message_type]:
        raise bad_request(
            f"The content of a {message_type} message can't exceed {LARGEST_CONTENT[message_type]} bytes."
        )
    if message_type == "CONTROL" and given.get("Metadata"):
        raise bad_request("A CONTROL message can't have metadata.")
    if size(given.get("Metadata", "")) > LARGEST_METADATA:
        raise bad_request(f"The metadata of a message can't exceed {LARGEST_METADATA} bytes.")
    if size_of_attributes(given.get("MessageAttributes", {})) > LARGEST_ATTRIBUTES:
        raise bad_request(f"The attributes of a message can't exceed {LARGEST_ATTRIBUTES} bytes.")


def size(text: str) -> int:
    return len(text.encode())


def size_of_attributes(attributes: dict[str, Any]) -> int:
    return sum(size(name) + sum(map(size, value.get("StringValues", []))) for name, value in attributes.items())
