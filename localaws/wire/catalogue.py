"""Which operation a request asks for, by the service models that botocore brings along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.loaders import Loader
from botocore.model import ServiceModel

from localaws.wire.dialects import DIALECTS, Protocol
from localaws.wire.request import form_values

if TYPE_CHECKING:
    from botocore.model import OperationModel, StructureShape

    from localaws.wire.dialects import Dialect
    from localaws.wire.request import Request


@dataclass(frozen=True)
class Operation:
    service: str
    name: str
    dialect: Dialect
    model: OperationModel
    segments: tuple[str, ...]
    fixed_query: dict[str, list[str]]
    # Nobody needs credentials for it: what it is given proves enough.
    unsigned: bool

    @property
    def status(self) -> int:
        return int(self.model.http.get("responseCode", 200))

    @property
    def input(self) -> StructureShape | None:
        return self.model.input_shape

    @property
    def output(self) -> StructureShape | None:
        return self.model.output_shape

    @cached_property
    def label_places(self) -> list[tuple[int, str]]:
        """The variable parts of the path, by their number and their name."""
        return [(place, segment[1:-1]) for place, segment in enumerate(self.segments) if is_label(segment)]

    @cached_property
    def fixed_places(self) -> list[tuple[int, str]]:
        return [(place, segment) for place, segment in enumerate(self.segments) if not is_label(segment)]

    def labels(self, raw_path: str) -> dict[str, str]:
        """Still percent-encoded: a decoded ARN would bring slashes of its own."""
        parts = raw_path.split("/")
        return {name: parts[place] for place, name in self.label_places}

    def fits(self, parts: list[str], request: Request) -> bool:
        if any(parts[place] != segment for place, segment in self.fixed_places):
            return False
        if not all(parts[place] for place, _ in self.label_places):
            return False
        return all(request.query.get(name) == value for name, value in self.fixed_query.items())


def is_label(segment: str) -> bool:
    return segment.startswith("{")


def read_operation(model: OperationModel, dialect: Dialect) -> Operation:
    path, _, query = model.http["requestUri"].partition("?")
    return Operation(
        service=model.service_model.service_name,
        name=model.name,
        dialect=dialect,
        model=model,
        segments=tuple(path.split("/")),
        fixed_query=form_values(query),
        unsigned=model.auth_type == "none",
    )


def read_services(dialect: Dialect) -> list[Operation]:
    models = [ServiceModel(Loader().load_service_model(name, "service-2"), name) for name in dialect.services]
    return [read_operation(model.operation_model(name), dialect) for model in models for name in model.operation_names]


class Catalogue:
    """Every operation of the models, whether it is served here or not."""

    def __init__(self) -> None:
        self.operations = [operation for dialect in DIALECTS.values() for operation in read_services(dialect)]
        self.named = {(operation.dialect.signing_name, operation.name): operation for operation in self.operations}
        self.routes: dict[tuple[str, int, tuple[str, ...]], list[Operation]] = {}
        for operation in self.operations:
            if operation.dialect.protocol is Protocol.REST_JSON:
                key = (operation.model.http["method"], len(operation.segments), operation.segments[:2])
                self.routes.setdefault(key, []).append(operation)
        for operations in self.routes.values():
            operations.sort(key=lambda operation: -len(operation.fixed_query))

    def find(self, request: Request, dialect: Dialect) -> Operation | None:
        """None for what no model knows. Raises UnicodeDecodeError where the request is no UTF-8."""
        if dialect.protocol is Protocol.REST_JSON:
            return self.find_route(request)
        name = read_action(request) if dialect.protocol is Protocol.QUERY else read_target(request, dialect)
        return self.named.get((dialect.signing_name, name or ""))

    def find_route(self, request: Request) -> Operation | None:
        parts = request.raw_path.split("/")
        for operation in self.routes.get((request.method, len(parts), tuple(parts[:2])), []):
            if operation.fits(parts, request):
                return operation
        return None


def read_action(request: Request) -> str | None:
    names = query_protocol_values(request).get("Action", [])
    return names[0] if len(names) == 1 else None


def read_target(request: Request, dialect: Dialect) -> str | None:
    prefix, _, name = (request.header("x-amz-target") or "").partition(".")
    return name if prefix == dialect.namespace and request.method == "POST" else None


def query_protocol_values(request: Request) -> dict[str, list[str]]:
    """The query protocol takes its parameters from the form of a POST or from the query of a GET."""
    return request.form if request.method == "POST" else request.query
