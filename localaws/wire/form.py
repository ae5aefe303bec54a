from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, StructureShape

from localaws.wire.catalogue import query_protocol_values
from localaws.wire.values import Malformed, from_text

if TYPE_CHECKING:
    from botocore.model import Shape

    from localaws.wire.request import Request

# Tags.member.1.Key: no member of the models lies deeper, and a name is not to cost more than it says.
DEEPEST = 8


def read_form(shape: StructureShape, request: Request) -> dict[str, Any]:
    """The query protocol: Tags.member.1.Key=UserUUID&Tags.member.1.Value=..."""
    tree: dict[str, Any] = {}
    for name, values in query_protocol_values(request).items():
        if len(values) > 1:
            raise Malformed(f"{name[:64]} is given more than once.")
        plant(tree, name.split(".", DEEPEST), values[0])
    return read_branch(tree, shape)


def plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    *branches, leaf = path
    for branch in branches:
        tree = tree.setdefault(branch, {})
        if not isinstance(tree, dict):
            raise Malformed("A parameter is both a value and a structure.")
    if isinstance(tree.setdefault(leaf, value), dict):
        raise Malformed("A parameter is both a value and a structure.")


def read_branch(tree: dict[str, Any], shape: StructureShape) -> dict[str, Any]:
    return {name: grow(tree[name], member, name) for name, member in shape.members.items() if name in tree}


def grow(branch: Any, shape: Shape, place: str) -> Any:
    nested = isinstance(shape, (ListShape, StructureShape))
    if isinstance(branch, dict) != nested:
        raise Malformed(f"{place} is of the wrong type.")
    if isinstance(shape, StructureShape):
        return read_branch(branch, shape)
    if isinstance(shape, ListShape):
        return [grow(item, shape.member, place) for item in read_members(branch, place)]
    return from_text(branch, shape, place)


def read_members(branch: dict[str, Any], place: str) -> list[Any]:
    """The items by their numbers, which need not start at 1 nor be without gaps."""
    items = branch.get("member", {})
    if set(branch) != {"member"} or not isinstance(items, dict) or not all(is_number(key) for key in items):
        raise Malformed(f"{place} must be given as {place}.member.1, {place}.member.2 and so on.")
    return [items[key] for key in sorted(items, key=int)]


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= DEEPEST
