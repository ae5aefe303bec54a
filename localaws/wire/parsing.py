"""A request as it came becomes the members that its operation asks for: typed, complete, within their limits."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from localaws.wire.dialects import Protocol
from localaws.wire.errors import AWSError
from localaws.wire.form import read_form
from localaws.wire.rest import read_json, read_rest
from localaws.wire.shapes import find_faults
from localaws.wire.values import Malformed

if TYPE_CHECKING:
    from botocore.model import StructureShape

    from localaws.wire.catalogue import Operation
    from localaws.wire.request import Request

MOST_FAULTS_TOLD = 10


def parse(operation: Operation, request: Request) -> dict[str, Any]:
    """Raises AWSError when the request can't be read, or breaks the limits of the model."""
    shape = operation.input
    if shape is None:
        return {}
    members = read(operation, shape, request)
    faults = list(islice(find_faults(members, shape, ""), MOST_FAULTS_TOLD))
    if faults:
        errors = "1 validation error" if len(faults) == 1 else f"{len(faults)} validation errors"
        raise AWSError(operation.dialect.invalid, f"{errors} detected: {'; '.join(faults)}")
    return members


def read(operation: Operation, shape: StructureShape, request: Request) -> dict[str, Any]:
    try:
        if operation.dialect.protocol is Protocol.QUERY:
            return read_form(shape, request)
        if operation.dialect.protocol is Protocol.JSON:
            return read_json(shape, request)
        return read_rest(shape, request, operation.labels(request.raw_path))
    except Malformed as malformed:
        raise AWSError(operation.dialect.invalid, str(malformed)) from malformed
    except UnicodeDecodeError as error:
        raise AWSError(operation.dialect.invalid, "The request is not valid UTF-8.") from error
