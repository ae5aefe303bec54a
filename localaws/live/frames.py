"""What goes over the socket: one JSON object per frame, whose payload is JSON once more, in a string."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, StructureShape

if TYPE_CHECKING:
    from botocore.model import Shape


def write_frame(event_type: str, message_type: str, reason: str | None, payload: dict[str, Any] | None) -> str:
    """The web client of AWS's sample parses every payload, so that one without content is null and not empty."""
    headers = {"x-amz-chime-event-type": event_type, "x-amz-chime-message-type": message_type}
    if reason is not None:
        headers["x-amz-chime-event-reason"] = reason
    return write({"Headers": headers, "Payload": None if payload is None else write(payload)})


def write(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def shape_members(members: dict[str, Any], shape: str) -> dict[str, Any]:
    """As the model has them, with times as JavaScript's Date reads them. Raises KeyError for what is not in it."""
    shaped: dict[str, Any] = shape_value(members, messaging_model().shape_for(shape))
    return shaped


def shape_value(value: Any, shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        return {name: shape_value(item, shape.members[name]) for name, item in value.items() if item is not None}
    if isinstance(shape, ListShape):
        return [shape_value(item, shape.member) for item in value]
    if isinstance(shape, MapShape):
        return {key: shape_value(item, shape.value) for key, item in value.items()}
    return write_time(value) if shape.type_name == "timestamp" else value


def write_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def messaging_model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("chime-sdk-messaging", "service-2"), "chime-sdk-messaging")
