from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localaws.wire.request import decode_label
from localaws.wire.values import Malformed, expect, from_json, from_text, read_structure

if TYPE_CHECKING:
    from botocore.model import StructureShape

    from localaws.wire.request import Request


def read_rest(shape: StructureShape, request: Request, labels: dict[str, str]) -> dict[str, Any]:
    """REST-JSON: members come from the path, the query, the headers, and all others from a JSON object."""
    members = {}
    body = None
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        if location is None:
            body = read_body(request) if body is None else body
            if body.get(name) is not None:
                members[name] = from_json(body[name], member, name)
            continue
        text = read_text(request, labels, location, member.serialization["name"])
        if text is not None:
            members[name] = from_text(text, member, name)
    return members


def read_json(shape: StructureShape, request: Request) -> dict[str, Any]:
    """JSON 1.1: one object in the body of a POST has all members."""
    return read_structure(read_body(request), shape, "The request body")


def read_text(request: Request, labels: dict[str, str], location: str, name: str) -> str | None:
    if location == "uri":
        return decode_label(labels[name])
    if location == "header":
        return request.header(name.lower())
    values = request.query.get(name, [None])
    if len(values) > 1:
        raise Malformed(f"{name} is given more than once.")
    return values[0]


def read_body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body.decode())
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed("The request body is not valid JSON.") from error
    return expect(body, dict, "The request body")
