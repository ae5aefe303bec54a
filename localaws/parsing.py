"""A request as it came becomes the members that its operation asks for: typed, complete, within their limits."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from localaws.dialects import STS
from localaws.errors import AWSError
from localaws.parsing_form import read_form
from localaws.parsing_rest import read_rest
from localaws.shapes import find_faults
from localaws.values import Malformed

if TYPE_CHECKING:
    from botocore.model import StructureShape

    from localaws.protocol import Operation
    from localaws.wire import Request

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
        if operation.dialect is STS:
            return read_form(shape, request)
        return read_rest(shape, request, operation.labels(request.raw_path))
    except Malformed as malformed:
        raise AWSError(operation.dialect.invalid, str(malformed)) from malformed
    except UnicodeDecodeError as error:
        raise AWSError(operation.dialect.invalid, "The request is not valid UTF-8.") from error
