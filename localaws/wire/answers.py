"""Answers as the SDKs parse them: JSON for Chime and Cognito, the query protocol's XML for STS and IAM."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from botocore.model import ListShape, MapShape, StructureShape

from localaws.wire.dialects import Protocol

if TYPE_CHECKING:
    from botocore.model import Shape

    from localaws.wire.catalogue import Operation
    from localaws.wire.dialects import Dialect
    from localaws.wire.errors import AWSError

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BAD_REQUEST, FIRST_SERVER_FAULT = 400, 500


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def draw_request_id() -> str:
    """In the form of a UUID. No secret hangs on it, and the system's randomness would cost more than all else here."""
    drawn = f"{random.getrandbits(128):032x}"
    return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-a{drawn[17:20]}-{drawn[20:]}"


def answer(operation: Operation, members: dict[str, Any], request_id: str) -> Answer:
    if operation.dialect.protocol is Protocol.QUERY:
        return answer_in_xml(operation, members, request_id)
    headers = json_headers(operation.dialect, request_id)
    if operation.output is None:
        return Answer(operation.status, headers, b"")
    return Answer(operation.status, headers, encode(to_json(members, operation.output)))


def to_json(value: Any, shape: Shape) -> Any:
    """Only what the model has, so that a slip of a handler is a KeyError here and not a surprise in a client."""
    if isinstance(shape, StructureShape):
        return {name: to_json(item, shape.members[name]) for name, item in value.items() if item is not None}
    if isinstance(shape, ListShape):
        return [to_json(item, shape.member) for item in value]
    if isinstance(shape, MapShape):
        return {key: to_json(item, shape.value) for key, item in value.items()}
    return value


def answer_in_xml(operation: Operation, members: dict[str, Any], request_id: str) -> Answer:
    result = to_xml(members, operation.output) if operation.output else ""
    body = (
        f'<{operation.name}Response xmlns="{operation.dialect.namespace}">'
        f"<{operation.name}Result>{result}</{operation.name}Result>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation.name}Response>"
    )
    return Answer(operation.status, xml_headers(request_id), body.encode())


def to_xml(value: Any, shape: Shape) -> str:
    if isinstance(shape, StructureShape):
        given = ((name, item) for name, item in value.items() if item is not None)
        return "".join(f"<{name}>{to_xml(item, shape.members[name])}</{name}>" for name, item in given)
    if isinstance(shape, ListShape):
        return "".join(f"<member>{to_xml(item, shape.member)}</member>" for item in value)
    if shape.type_name == "timestamp":
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return escape_text(str(value).lower() if isinstance(value, bool) else str(value))


def refuse(dialect: Dialect, error: AWSError, request_id: str) -> Answer:
    if dialect.protocol is Protocol.QUERY:
        return refuse_in_xml(dialect, error, request_id)
    headers = {**json_headers(dialect, request_id), "x-amzn-errortype": error.code}
    if dialect.protocol is Protocol.REST_JSON:
        return Answer(error.status, headers, encode({"Code": shorten(error.code), "Message": error.message}))
    # Services of JSON 1.1 answer 400 to whatever is the client's fault, and the SDKs go by the type.
    served = error.status if error.status >= FIRST_SERVER_FAULT else BAD_REQUEST
    return Answer(served, headers, encode({"__type": error.code, "message": error.message}))


def refuse_in_xml(dialect: Dialect, error: AWSError, request_id: str) -> Answer:
    side = "Receiver" if error.status >= FIRST_SERVER_FAULT else "Sender"
    body = (
        f'<ErrorResponse xmlns="{dialect.namespace}"><Error><Type>{side}</Type><Code>{error.code}</Code>'
        f"<Message>{escape_text(error.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return Answer(error.status, xml_headers(request_id), body.encode())


def shorten(code: str) -> str:
    """The body carries the short form of the header's code: Conflict for ConflictException."""
    return code.removesuffix("Exception").removesuffix("Client")


def json_headers(dialect: Dialect, request_id: str) -> dict[str, str]:
    kind = "application/json" if dialect.protocol is Protocol.REST_JSON else "application/x-amz-json-1.1"
    return {"x-amzn-requestid": request_id, "content-type": kind}


def xml_headers(request_id: str) -> dict[str, str]:
    return {"x-amzn-requestid": request_id, "content-type": "text/xml"}


def escape_text(text: str) -> str:
    return escape(NOT_IN_XML.sub("\ufffd", text))


def encode(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
